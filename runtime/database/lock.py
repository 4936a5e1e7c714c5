"""A lock that one process holds at a time.  It is released when the process ends."""

from __future__ import annotations

import fcntl
import os
from abc import ABC, abstractmethod
from pathlib import Path


class SingleLock(ABC):
    @abstractmethod
    def acquire(self) -> None:
        """Block until this process holds the lock."""

    @abstractmethod
    def is_held(self) -> bool:
        """Return whether this process still holds the lock."""

    @abstractmethod
    def release(self) -> None: ...


class FileLock(SingleLock):
    """A lock on a file.  The kernel releases it when the process ends, even by kill -9."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self) -> None:
        assert self._fd is not None, "released"  # noqa: S101 - a programming error, not an input
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def is_held(self) -> bool:
        return self._fd is not None

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
