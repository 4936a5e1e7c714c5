"""Counters and histograms: take ``Counter`` and ``Histogram`` from here.

Processes share their values through memory-mapped files.  The library maps sparse files: on a full disk the first
write into a hole ends the process with SIGBUS, which no handler can catch.  So this module allocates a file's blocks
before it maps the file.  A value without allocated room stays in its process's memory, and reaches the file at the next
change that finds room.

A file's name contains host and pid, because the pids of all containers that share the folder begin at one.
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
"""The most bytes of an entry beside its key: a length, padding, a value and a time."""


def process_name() -> str:
    """Return this process's name, unique among the processes that share a folder."""
    return f"{HOST}-{os.getpid()}"


class ReservedDict(MmapedDict):
    """The values of one process by key, in its file ``filename``."""

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
    """Create a file with its first blocks; False when the disk has no room.

    The file gets its name when it is complete, because a collector cannot read a file without its header.
    """
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
