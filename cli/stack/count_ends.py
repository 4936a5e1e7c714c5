"""A plug-in of supervisord that counts the unexpected exits of each process; supervisor itself forgets them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from supervisor import events


class Ends:
    """Offered by RPC as ``count_ends``."""

    def __init__(self) -> None:
        self._ends: Counter[str] = Counter()
        self._expected: set[str] = set()

    def counts(self) -> dict[str, int]:
        """Return the count of each process by its name, without ends that supervisor caused or was told to expect."""
        return dict(self._ends)

    def expect(self, name: str) -> bool:
        """Leave the next end of this process out of the count: a rolling restart causes it.  XML-RPC wants a value."""
        self._expected.add(name)
        return True

    def _count(self, event: Any) -> None:
        name = event.process.config.name
        if name in self._expected:
            self._expected.remove(name)
        else:
            self._ends[name] += 1


def make(_supervisord: Any, **_configuration: str) -> Ends:
    """Named in the configuration as ``supervisor.rpcinterface_factory``; called before the first process starts."""
    ends = Ends()
    for kind in (events.ProcessStateExitedEvent, events.ProcessStateBackoffEvent):
        events.subscribe(kind, ends._count)
    return ends
