"""What a disk with a volatile write cache holds: what was flushed, and what was only written."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
"""What is written whole or not at all, however the power goes."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What a cut found in the cache."""

    writes: int
    sectors: int
    survived: int


class Cache:
    """``disk`` holds what was flushed.  ``seen`` is what a reader is shown, and is made anew from it."""

    def __init__(self, disk: Path, seen: Path) -> None:
        copy(disk, seen)
        self._disk = os.open(disk, os.O_RDWR)
        self._seen = os.open(seen, os.O_RDWR)
        self._written: list[tuple[int, bytes]] = []
        self.size = os.fstat(self._disk).st_size

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self._seen, size, offset)

    def write(self, offset: int, data: bytes) -> None:
        os.pwrite(self._seen, data, offset)
        self._written.append((offset, data))

    def flush(self) -> None:
        for offset, data in self._written:
            os.pwrite(self._disk, data, offset)
        self._written.clear()

    def lose(self, chance: random.Random) -> Lost:
        """The power is cut.  A part of what was not flushed had reached the disk all the same: any sectors of any
        writes, since a cache empties itself in an order of its own."""
        share = chance.choice((0.0, chance.random(), 1.0 - chance.random() / 10))
        sectors = [
            (offset + at, data[at : at + SECTOR])
            for offset, data in self._written
            for at in range(0, len(data), SECTOR)
        ]
        survivors = [sector for sector in sectors if chance.random() < share]
        for offset, data in survivors:
            os.pwrite(self._disk, data, offset)
        lost = Lost(len(self._written), len(sectors), len(survivors))
        self._written.clear()
        return lost

    def close(self) -> None:
        os.close(self._disk)
        os.close(self._seen)


def copy(source: Path, target: Path) -> None:
    """Without the holes."""
    with source.open("rb") as old, target.open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        new.truncate(size)
        for start, end in _pieces(old.fileno(), size):
            done = start
            while done < end:
                done += os.copy_file_range(old.fileno(), new.fileno(), end - done, done, done)


def _pieces(file: int, size: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError:  # only a hole is left
            break
        end = os.lseek(file, start, os.SEEK_HOLE)
        found.append((start, end))
    return found
