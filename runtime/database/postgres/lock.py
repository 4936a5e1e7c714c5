"""A lock that a PostgreSQL server frees when its session ends."""

from __future__ import annotations

import psycopg

from runtime.database.lock import SingleLock
from runtime.database.postgres.connect import connect_postgres

_WAITS_FOR_EVER = ("SET lock_timeout = 0",)


class AdvisoryLock(SingleLock):
    """An advisory lock with a session of its own.  The lock is lost when the server or the network ends the session.

    ``name`` has at most six letters.  Releases that run side by side must derive the same key from it.
    """

    def __init__(self, url: str, name: str) -> None:
        self._key = int.from_bytes(f"HW{name.upper()}".encode())
        self._driver = connect_postgres(url, _WAITS_FOR_EVER, autocommit=True)

    def acquire(self) -> None:
        self._driver.execute("SELECT pg_advisory_lock(%s)", (self._key,))

    def is_held(self) -> bool:
        try:
            self._driver.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        self._driver.close()
