"""The sandbox's own SQLite file: what it once answered survives kill -9, as at the provider.

One connection on the event loop's thread: a request's work is one synchronous transaction, so nothing
interleaves with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

Row = tuple[Any, ...]

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
  label TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS document_listed ON document (kind, created, seq);
CREATE TABLE IF NOT EXISTS effect (
  charge TEXT PRIMARY KEY, payment TEXT, amount INTEGER NOT NULL, currency TEXT NOT NULL, succeeded INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY, created INTEGER NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
  request_id TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS idempotency_age ON idempotency (created);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, state TEXT NOT NULL, first_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, answer TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS fault (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT, rate REAL, remaining INTEGER,
  seed INTEGER NOT NULL, ms INTEGER, seen INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0);
"""
TABLES = ("document", "effect", "idempotency", "delivery", "fault")


class Store:
    """Raises ``sqlite3.Error`` of the bundled library when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(str(path), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.executescript(SCHEMA)

    def run(self, sql: str, *values: object) -> list[Row]:
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def one(self, sql: str, *values: object) -> Row | None:
        rows = self.run(sql, *values)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Synced to disk when it is left; undone when an exception leaves it.  It does not nest."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def empty(self) -> None:
        """Forget everything, faults included."""
        with self.transaction():
            for table in TABLES:
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names

    def close(self) -> None:
        self._connection.close()
