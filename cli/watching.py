"""Find troubles that the processes' states do not show: those that ``/health`` reports, a queue without a worker, a
Flower that shows no worker, and events about our money that the platform did not apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

from cli.stack.errors import StackError
from cli.stack.programs import flower_address
from cli.stack.readiness import ASK_WITHIN_S, MISSED_BEATS, ask
from cli.stack.stack import Stack
from domain.platform.inbox.alarms import alarms, alarms_since
from domain.platform.outbox.unserved import unserved
from runtime.clock import system_clock

RECENT = timedelta(days=7)
"""Alarms are never deleted; an older one needs no reaction any more."""


def unserved_queues(stack: Stack) -> list[str]:
    """Return a sentence for each queue whose rows wait in the broker while no worker takes one."""
    try:
        settings = stack.started.settings()
    except StackError:  # the stack ends
        return []
    now = system_clock()
    before = now - MISSED_BEATS * timedelta(milliseconds=settings.heartbeat_ms)
    found = ask(settings.database, lambda connection: unserved(connection, now=now, before=before)) or []
    return [
        f"No worker has taken anything from the queue {queue.queue} since {queue.since:%Y-%m-%d %H:%M:%S} UTC, and "
        f"{queue.rows} rows wait; look at its worker with: ./handwork logs"
        for queue in found
    ]


def blind_flower(stack: Stack) -> str:
    """Return a sentence when Flower does not answer or shows no worker; otherwise an empty text."""
    try:
        answer = httpx.get(
            f"{flower_address(stack.values)}/api/workers?status=1", timeout=ASK_WITHIN_S, trust_env=False
        )
        answer.raise_for_status()
        shown = [name for name, alive in answer.json().items() if alive]
    except (httpx.HTTPError, ValueError) as error:
        return f"Flower does not answer ({type(error).__name__}); look at it with: ./handwork logs flower"
    if not shown:
        return "Flower shows no worker; look at its log with: ./handwork logs flower"
    return ""


def counted_alarms(stack: Stack) -> tuple[int, str]:
    """Return the number of alarms within ``RECENT``, and a sentence with that number and the number of all alarms."""
    try:
        settings = stack.started.settings()
    except StackError:  # the stack ends
        return 0, "the stack does not run"
    since = system_clock() - RECENT
    found = ask(settings.database, lambda connection: (alarms_since(connection, since), alarms(connection)))
    if found is None:
        return 0, "the database does not answer"
    recent, ever = found
    if not ever:
        return 0, "no event about our money was refused"
    return recent, (
        f"Events about our money that were not applied: {recent} in the last {RECENT.days} days, {ever} in all; see: "
        "./handwork alarms list"
    )


def troubles(web: str) -> list[str]:
    """Return a sentence for each trouble; none while the web does not answer, which the process list shows."""
    try:
        answer = httpx.get(f"{web}/health", timeout=ASK_WITHIN_S, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError):  # no program, or another one, answers there
        return []
    return list(sentences(answer))


def sentences(health: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each trouble in the answer of ``/health``."""
    if health["database"] != "ok":
        holder = health["lock_holder"]
        who = f"pid {holder['pid']} ({holder['name']}, {holder['status']})" if holder else "an unknown process"
        yield f"Writes are refused: {who} keeps the database's write lock. Let it go on (kill -CONT) or end it."
    for queue in health["paused"]:
        yield f"The queue {queue} is paused, and its tasks wait: ./handwork queue list says why."
    for found in health["restarting"]:
        yield (
            f"{found['role']} on {found['host']} restarts again and again: {found['ended']} of its processes ended in "
            f"the last ten minutes; see: ./handwork logs {found['role']}"
        )
    for process in health.get("clocks_off", ()):
        seconds = process["clock_ahead_ms"] / 1000
        where = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} that of the database's host"
        yield f"The clock of {process['role']} (pid {process['pid']} on {process['host']}) is {where}: set it by NTP."
