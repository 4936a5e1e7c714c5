"""Notice what the processes' states do not show: a queue that no worker consumes, and a Flower that shows no worker."""

from __future__ import annotations

from datetime import timedelta

import httpx

from cli.stack.errors import StackError
from cli.stack.programs import flower_address
from cli.stack.readiness import ASK_WITHIN_S, MISSED_BEATS, ask
from cli.stack.stack import Stack
from domain.outbox.unserved import unserved
from runtime.clock import system_clock


def unserved_queues(stack: Stack) -> list[str]:
    """Returns a sentence for each queue whose rows wait in the broker while no worker takes one."""
    try:
        settings = stack.settings_of_start()
    except StackError:  # it ends
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
    """Returns a sentence when Flower does not answer or shows no worker; otherwise nothing."""
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
