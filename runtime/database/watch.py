"""Detect commits of any process.  A caller polls a watch often, so the answer must cost very little.

A watch may report a change without a commit (a checkpoint causes that), but it must report every commit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from runtime.database.engine import connect_sqlite


class Watch(ABC):
    """Detects commits; one thread at a time uses it."""

    @abstractmethod
    def changed(self) -> bool:
        """Return whether a process may have committed since the last call, or at first since the watch was opened."""

    @abstractmethod
    def close(self) -> None: ...


class SqliteWatch(Watch):
    """Reads ``PRAGMA data_version``, which takes about two microseconds and sees other processes' commits.

    The number does not change within a transaction or beside a half-read cursor, so the watch has a connection of its
    own that never has either.
    """

    def __init__(self, path: Path) -> None:
        self._driver: Any = connect_sqlite(path, read_only=True)
        self._cursor = self._driver.cursor()
        self._seen = self._version()

    def changed(self) -> bool:
        version = self._version()
        if version == self._seen:
            return False
        self._seen = version
        return True

    def close(self) -> None:
        self._driver.close()

    def _version(self) -> int:
        rows = self._cursor.execute("PRAGMA data_version").fetchall()
        return int(rows[0][0])
