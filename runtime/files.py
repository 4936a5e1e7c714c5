"""Lock, write and flush files."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_S = 0.05


@contextmanager
def locked(path: Path, within_s: float = 0.0, refusal: Exception | None = None) -> Iterator[int]:
    """Hold the exclusive lock of a file until the block ends, and yield the descriptor that holds it.

    The kernel releases the lock when all processes that have the descriptor end, even by kill -9.  Wait for it; with a
    ``refusal`` only ``within_s`` seconds, and then raise that.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + within_s
        while not _try_lock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0)):
            if refusal and time.monotonic() >= deadline:
                raise refusal
            time.sleep(PAUSE_S)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Return whether a process holds the file's lock.  The function itself shares the lock for a moment."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def flush(path: Path) -> None:
    """Flush a file to disk, or a folder with the names in it: a file before its renaming, the folder after it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
