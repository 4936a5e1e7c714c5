"""Cache a read until the next commit of any process: it stays right that long.

Each database can say which version of it a connection sees, and that costs less than a page of twenty rows takes to
read and to encode: SQLite two microseconds (``PRAGMA data_version``; a checkpoint may make us read again for nothing),
PostgreSQL one way to the server and back, for all who wait for it together.
"""

from __future__ import annotations

from collections.abc import Hashable

MOST_BYTES = 8_000_000
LONGEST = 500_000
"""A value of more bytes is not kept: few of them would push out everything else."""
ENTRY = 500
"""Bytes that an entry takes beside its value, about: somebody may ask for many pages that are empty."""


class ReadCache:
    """Values of one version, used by one thread alone.  Bytes, so that nobody changes what others get."""

    __slots__ = ("_bytes", "_values", "_version")

    def __init__(self) -> None:
        self._values: dict[Hashable, bytes] = {}
        self._bytes = 0
        self._version: object = None

    def get(self, key: Hashable, version: object) -> bytes | None:
        """Return the value, or None.  A ``version`` that differs from that of the values clears the cache."""
        if version != self._version:
            self._version = version
            self._forget()
        return self._values.get(key)

    def __contains__(self, key: Hashable) -> bool:
        """Something was put for the key, perhaps before somebody committed."""
        return key in self._values

    def put(self, key: Hashable, value: bytes, version: object) -> None:
        """``version`` is from before the value was read: what was overtaken meanwhile is not kept, and what is
        overtaken without anybody's having asked since is not given out, for then the version is another."""
        if version != self._version or len(value) > LONGEST:
            return
        size = len(value) + ENTRY
        if self._bytes + size > MOST_BYTES:
            self._forget()
        self._bytes += size
        self._values[key] = value

    def _forget(self) -> None:
        self._values.clear()
        self._bytes = 0
