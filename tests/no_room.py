"""A disk without room, for which a limit on the size of files stands in: what would grow over it fails."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

NO_ROOM = 0


@contextmanager
def room_for(size: int, pid: int = 0) -> Iterator[None]:
    """No file of a process grows over ``size`` bytes meanwhile; ``pid`` 0 is ourselves."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
