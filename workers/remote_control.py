"""Let Celery's remote control inspect but not change: any holder of the broker's password can send commands.

``cancel_consumer`` would stop payments while every heartbeat goes on, and ``hello`` takes a list of revoked tasks.
Operators pause queues and restart processes with the command line, which leaves a record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.worker.control import Panel

from runtime import logging

log = logging.get("handwork.workers")
ALLOWED = frozenset(
    ("ping", "stats", "conf", "registered", "active_queues", "active", "reserved", "scheduled", "revoked")
)
"""The commands that Flower sends, and ``ping``.  A command of a later Celery is refused until it is named here."""
REFUSED = "this worker takes no commands that change it; use: handwork queue, handwork restart"


def allow_looking_only() -> None:
    """Replace every command outside of ``ALLOWED`` by a refusal, which the sender receives as its answer."""
    for name in Panel.data.keys() - ALLOWED:
        Panel.data[name] = _refusal(name)


def _refusal(name: str) -> Callable[..., dict[str, str]]:
    def refuse(_state: Any, **_arguments: Any) -> dict[str, str]:
        log.warning("remote control command refused", command=name)
        return {"error": f"{name}: {REFUSED}"}

    return refuse
