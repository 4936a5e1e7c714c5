"""Locks that ``up`` holds while it starts a stack.  The kernel releases them when ``up`` ends, even by kill -9."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def web_first(home: Path) -> Path:
    """Return the lock file that ``up`` holds until the web is ready; programs with ``after_web`` wait for it."""
    return home / "run" / "web-first"


def starting(home: Path) -> Path:
    """Return the lock file that ``up`` holds until every process is ready, or the start has failed."""
    return home / "run" / "starting"


@contextmanager
def held(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
