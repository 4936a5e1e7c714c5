"""One relay works; a second waits and takes over at once when the first is gone.

On SQLite a file lock, which the kernel frees on kill -9; on PostgreSQL an advisory lock, which goes
with its session.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

import psycopg

LOCK_ID = 0x48_57_52_45_4C_41_59  # "HWRELAY"


class SingleLock(Protocol):
    def acquire(self) -> None:
        """Blocks until it is ours."""
        ...

    def is_held(self) -> bool: ...

    def release(self) -> None: ...


class FileLock:
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


class AdvisoryLock:
    """A session of its own: when the server or the network ends it, the lock is lost and so is the work."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def acquire(self) -> None:
        self._connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_ID,))

    def is_held(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        self._connection.close()


def single_lock(database_url: str) -> SingleLock:
    if database_url.startswith("sqlite:///"):
        return FileLock(Path(database_url.removeprefix("sqlite:///") + "-relay"))
    return AdvisoryLock(database_url)
