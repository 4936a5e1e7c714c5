"""Has anybody committed anything?  Asked often, so it must cost next to nothing.

A false yes is allowed (a checkpoint may give one); a commit that is never told of is not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from runtime.database.engine import connect_sqlite


class Watch(ABC):
    """Used by one thread at a time."""

    @abstractmethod
    def changed(self) -> bool:
        """True when something may have been committed since the last call (at first: since it was opened)."""

    @abstractmethod
    def close(self) -> None: ...


class SqliteWatch(Watch):
    """``PRAGMA data_version``: about two microseconds, and it sees other processes' commits.

    It stands still inside a transaction or beside a half-read cursor, hence a connection of its own
    that never has either.
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
