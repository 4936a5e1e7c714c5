"""Make the writers of a SQLite file take turns, across threads and processes.

SQLite's busy handler polls, so a process that writes in a tight loop starves the others.  Two file
locks make a queue: the writer that waits for the write lock holds the turn, and after its write it
must queue for the turn again.  The kernel releases both locks when a process ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Turnstile:
    """A context manager that holds the write lock of a database file.

    Each thread has its own object.  A process must not use one over a fork, which would share the lock with the child.
    """

    __slots__ = ("_turn", "_write", "files")

    def __init__(self, database: Path) -> None:
        turn, write = (database.with_name(f"{database.name}-{lock}") for lock in ("turn", "write"))
        self.files = (write, turn)
        self._turn = _open(turn)
        self._write = _open(write)

    def __enter__(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._write, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._write, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._turn)
        os.close(self._write)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
