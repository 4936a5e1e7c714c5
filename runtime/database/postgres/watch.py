"""A watch on a PostgreSQL server."""

from __future__ import annotations

from time import monotonic
from typing import Any

import psycopg

from runtime.database.errors import ServerUnavailable
from runtime.database.postgres.connect import connect_postgres
from runtime.database.watch import Watch

POLL_SECONDS = 0.02


class PostgresWatch(Watch):
    """Compares the set of transactions that a new snapshot sees; it asks the server every 20 ms at most."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._driver: psycopg.Connection[Any] | None = None
        self._next = 0.0
        self._seen = self._snapshot()

    def changed(self) -> bool:
        """Return whether a process may have committed; also True when the server does not answer."""
        now = monotonic()
        if now < self._next:
            return False
        self._next = now + POLL_SECONDS
        try:
            snapshot = self._snapshot()
        except (ServerUnavailable, psycopg.OperationalError):
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
