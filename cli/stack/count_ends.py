"""A plug-in of supervisord that counts the unexpected exits of each process; supervisor does not count them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from supervisor import events


class Ends:
    """Counts unexpected exits; supervisor offers it over RPC as ``count_ends``."""

    def __init__(self) -> None:
        self._ends: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        """Return the counts by process name, without exits with status 0 and those that supervisor requested."""
        return dict(self._ends)

    def _count(self, event: Any) -> None:
        if isinstance(event, events.ProcessStateExitedEvent) and event.expected:
            return  # with status 0: an operator requested the end, as by a rolling restart
        self._ends[event.process.config.name] += 1


def make(_supervisord: Any, **_configuration: str) -> Ends:
    """Return the plug-in.

    Supervisor calls this ``supervisor.rpcinterface_factory`` before the first process starts.
    """
    ends = Ends()
    for kind in (events.ProcessStateExitedEvent, events.ProcessStateBackoffEvent):
        events.subscribe(kind, ends._count)
    return ends
