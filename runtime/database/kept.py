"""What was read stays right until somebody commits: keep it that long.

``PRAGMA data_version`` says whether anybody has, another process too, in two microseconds; a page of twenty
rows takes thirty times that to read and to encode.  A checkpoint may make us read again for nothing.
"""

from __future__ import annotations

from collections.abc import Hashable

from runtime.database.reader import Reader

MOST_BYTES = 8_000_000
LONGEST = 500_000
"""A value of more bytes is not kept: few of them would push out everything else."""
ENTRY = 500
"""Bytes that an entry takes beside its value, about: somebody may ask for many pages that are empty."""


class Kept:
    """Values of one reader, used by that reader's thread alone.  Bytes, so that nobody changes what others get."""

    __slots__ = ("_bytes", "_reader", "_values", "version")

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._values: dict[Hashable, bytes] = {}
        self._bytes = 0
        self.version = reader.version()

    def get(self, key: Hashable) -> bytes | None:
        """None as well when anybody has committed since it was put."""
        version = self._reader.version()
        if version != self.version:
            self.version = version
            self._forget()
        return self._values.get(key)

    def put(self, key: Hashable, value: bytes, version: int) -> None:
        """``version`` is from before the value was read: what was overtaken meanwhile is not kept."""
        if version != self.version or len(value) > LONGEST:
            return
        size = len(value) + ENTRY
        if self._bytes + size > MOST_BYTES:
            self._forget()
        self._bytes += size
        self._values[key] = value

    def _forget(self) -> None:
        self._values.clear()
        self._bytes = 0
