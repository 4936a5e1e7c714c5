"""Find troubles that the processes' states do not show: a queue without a worker, a Flower that shows no worker, and
events about our money that the platform did not apply."""

from __future__ import annotations

from datetime import timedelta

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
