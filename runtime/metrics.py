"""Counters and histograms: take ``Counter`` and ``Histogram`` from here.

Processes share their values through files that they map into memory.  The library maps files with holes; the first
write into a hole on a full disk ends a process with SIGBUS, which nothing can catch.  Here a file has its room before
it is mapped.  A value that got none stays in its process's memory, and is in the file after the next change that
finds room.

A file is named by host and pid: containers that share the folder all begin to count their pids at one.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from prometheus_client import Counter, Histogram, values
from prometheus_client.mmap_dict import MmapedDict

__all__ = ["Counter", "Histogram", "ReservedDict", "process_name"]

HOST = socket.gethostname().replace("_", "-")  # the library takes a file's name apart at these
FIRST_BYTES = 1 << 16
BESIDE_KEY = 32
"""At most: a length, padding, a value and a time."""


def process_name() -> str:
    """No two processes that share a folder have the same."""
    return f"{HOST}-{os.getpid()}"


class ReservedDict(MmapedDict):
    """Values by key in the process's own file ``filename``."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._filename = filename
        self._read_mode = read_mode
        self._positions: dict[str, int] = {}
        self._is_open = False
        self._open()

    def read_value(self, key: str) -> tuple[float, float]:
        if key in self._positions or self._has_place_for(key):
            found: tuple[float, float] = super().read_value(key)  # type: ignore[no-untyped-call]  # theirs
            return found
        return 0.0, 0.0

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        if key in self._positions or self._has_place_for(key):
            super().write_value(key, value, timestamp)  # type: ignore[no-untyped-call]  # theirs

    def close(self) -> None:
        if self._is_open:
            super().close()  # type: ignore[no-untyped-call]  # theirs

    def _open(self) -> bool:
        if not (self._read_mode or Path(self._filename).exists() or _made(Path(self._filename))):
            return False
        super().__init__(self._filename, self._read_mode)  # type: ignore[no-untyped-call]  # theirs
        self._is_open = True
        return True

    def _has_place_for(self, key: str) -> bool:
        if not self._is_open and not self._open():
            return False
        needed, size = self._used + len(key.encode()) + BESIDE_KEY, self._capacity
        while size < needed:
            size *= 2
        return size == self._capacity or _reserved(self._f.fileno(), size)


def _made(path: Path) -> bool:
    """A whole one or none: whoever gathers the files cannot read one without its head."""
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, FIRST_BYTES)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        return False
    return True


def _reserved(descriptor: int, size: int) -> bool:
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        return False
    return True


values.MmapedDict = ReservedDict  # type: ignore[attr-defined]  # the library has no seam for it
if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    values.ValueClass = values.MultiProcessValue(process_name)  # type: ignore[no-untyped-call]  # theirs
