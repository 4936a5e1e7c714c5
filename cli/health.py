"""Report the troubles that ``/health`` shows and supervisor does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

WITHIN_S = 2.0


def troubles(web: str) -> list[str]:
    """Return a sentence for each trouble; none while the web does not answer, which the process list shows."""
    try:
        answer = httpx.get(f"{web}/health", timeout=WITHIN_S, trust_env=False).raise_for_status().json()
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
