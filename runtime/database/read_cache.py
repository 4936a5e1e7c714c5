"""Cache the results of reads until the next commit of any process.

Each database can return the version that a connection sees, at less cost than to read and encode a page of twenty rows.
SQLite takes two microseconds (``PRAGMA data_version``; a checkpoint may clear the cache needlessly).  PostgreSQL takes
one round trip, which all waiting reads share.
"""

from __future__ import annotations

from collections.abc import Hashable

MOST_BYTES = 8_000_000
LONGEST = 500_000
"""The cache stores no value of more bytes, because a few of them would evict all others."""
ENTRY = 500
"""About how many bytes an entry takes beside its value; it counts because a client may request many empty pages."""


class ReadCache:
    """The cached values of one version, for one thread.  They are bytes, so that no caller can change another's."""

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
        """Return whether the cache has a value for the key, perhaps of an older version than the database's."""
        return key in self._values

    def put(self, key: Hashable, value: bytes, version: object) -> None:
        """Cache a value that was read at ``version`` or later; the caller reads the version before the value.

        The cache drops a value whose version another read has replaced meanwhile.  After a commit that no read has seen
        yet, ``get`` compares the new version and does not return the value."""
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
