"""A plug-in of supervisord that counts the unexpected exits of each process; supervisor itself forgets them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from supervisor import events


class Ends:
    """Offered by RPC as ``count_ends``."""

    def __init__(self) -> None:
        self._ends: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        """By the name of the process.  An orderly end, or one that supervisor was told of, is not counted."""
        return dict(self._ends)

    def _count(self, event: Any) -> None:
        if isinstance(event, events.ProcessStateExitedEvent) and event.expected:
            return  # with the status 0: it was asked to end, as by a rolling restart
        self._ends[event.process.config.name] += 1


def make(_supervisord: Any, **_configuration: str) -> Ends:
    """Named in the configuration as ``supervisor.rpcinterface_factory``; called before the first process starts."""
    ends = Ends()
    for kind in (events.ProcessStateExitedEvent, events.ProcessStateBackoffEvent):
        events.subscribe(kind, ends._count)
    return ends
