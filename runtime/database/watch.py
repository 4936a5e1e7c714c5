"""Has anybody committed anything?  Asked often, so it must cost next to nothing.

A false yes is allowed (a checkpoint may give one); a commit that is never told of is not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from runtime.database.engine import connect_postgres, connect_sqlite, is_sqlite, sqlite_path

POLL_SECONDS = 0.02


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


class PostgresWatch(Watch):
    """The set of transactions that a new snapshot would see; asked every 20 ms at most."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._driver: psycopg.Connection[Any] | None = None
        self._next = 0.0
        self._seen = self._snapshot()

    def changed(self) -> bool:
        """Also true when the server does not answer: we cannot know."""
        now = monotonic()
        if now < self._next:
            return False
        self._next = now + POLL_SECONDS
        try:
            snapshot = self._snapshot()
        except psycopg.OperationalError:
            self.close()
            return True
        if snapshot == self._seen:
            return False
        self._seen = snapshot
        return True

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _snapshot(self) -> str:
        if self._driver is None:
            self._driver = connect_postgres(self._url, autocommit=True)
        row = self._driver.execute("SELECT pg_current_snapshot()::text").fetchone()
        return str(row[0]) if row else ""


def open_watch(url: str) -> Watch:
    """Watch the database at an address.  It has its own connection, so it sees this process's commits too."""
    return SqliteWatch(sqlite_path(url)) if is_sqlite(url) else PostgresWatch(url)
