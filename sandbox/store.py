"""The sandbox's own SQLite file: the effects of every answered request survive kill -9, as at the provider.

It has one connection, on the event loop's thread.  A request's work is one synchronous unit, so no other request
interleaves with it, and its answer waits for the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import pysqlite3.dbapi2 as sqlite

Row = tuple[Any, ...]
T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
  label TEXT NOT NULL, body BLOB NOT NULL, account TEXT);
CREATE INDEX IF NOT EXISTS document_listed ON document (kind, created, seq);
CREATE INDEX IF NOT EXISTS document_group ON document (kind, body ->> '$.transfer_group', created, seq);
CREATE TABLE IF NOT EXISTS effect (
  charge TEXT PRIMARY KEY, payment TEXT, amount INTEGER NOT NULL, currency TEXT NOT NULL, succeeded INTEGER NOT NULL,
  intent TEXT, key TEXT);
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY, created INTEGER NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
  request_id TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS idempotency_age ON idempotency (created);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, state TEXT NOT NULL, first_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, answer TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS later (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL, account TEXT);
CREATE INDEX IF NOT EXISTS later_due ON later (at_ms);
CREATE TABLE IF NOT EXISTS mail (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, created INTEGER NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL,
  subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, custom_args TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mail_argument (name TEXT NOT NULL, value TEXT NOT NULL, mail INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS mail_argument_value ON mail_argument (name, value);
CREATE TABLE IF NOT EXISTS mail_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, address TEXT NOT NULL, hard INTEGER NOT NULL,
  state TEXT NOT NULL, first_at INTEGER NOT NULL, next_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  answer TEXT);
CREATE INDEX IF NOT EXISTS mail_event_due ON mail_event (next_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS mail_event_hard ON mail_event (address) WHERE hard = 1;
CREATE TABLE IF NOT EXISTS fault (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT, rate REAL, remaining INTEGER,
  seed INTEGER NOT NULL, ms INTEGER, seen INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0);
"""
ADDED = {"effect": ("intent", "key"), "document": ("account",)}
"""Columns that a file of an earlier version lacks; ``Store`` adds them."""
TABLES = ("document", "effect", "idempotency", "delivery", "fault", "later", "mail", "mail_argument", "mail_event")


class Store:
    """The sandbox's database.  It raises the bundled library's ``sqlite3.Error`` when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(str(path), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.executescript(SCHEMA)
        for table, columns in ADDED.items():
            there = {row[1] for row in self.run(f"PRAGMA table_info({table})")}
            for column in columns:
                if column not in there:
                    self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
        self._group: asyncio.Future[None] | None = None

    def run(self, sql: str, *values: object) -> list[Row]:
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def one(self, sql: str, *values: object) -> Row | None:
        rows = self.run(sql, *values)
        return rows[0] if rows else None

    async def write(self, unit: Callable[[], T]) -> T:
        """Run ``unit``, and return its result once its changes are on disk; roll them back when it raises.

        Units that are ready at the same time share one commit, because the flush to disk is a charge's highest cost.
        """
        if self._group is None:
            self._open()
        group = self._group
        self._connection.execute("SAVEPOINT unit")
        try:
            result = unit()
        except BaseException as error:
            self._undo(error)
            raise
        self._connection.execute("RELEASE unit")
        await asyncio.shield(cast("asyncio.Future[None]", group))
        return result

    def _undo(self, error: BaseException) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK TO unit")
            self._connection.execute("RELEASE unit")
            return
        # An error such as a full disk has undone the whole group.
        group, self._group = self._group, None
        if group is not None:
            group.set_exception(sqlite.OperationalError(f"undone with another unit: {error}"))
            group.exception()  # marks it as retrieved: the group may have no other unit

    @contextmanager
    def undoing(self, failure: type[Exception], unless: Callable[[Any], bool]) -> Iterator[None]:
        """Roll back the block's changes when it raises a ``failure`` for which ``unless`` returns False.

        Use it within a unit of ``write``.
        """
        self._connection.execute("SAVEPOINT inside")
        try:
            yield
        except failure as error:
            if not unless(error):
                self._connection.execute("ROLLBACK TO inside")
            raise
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE inside")

    async def settled(self) -> None:
        """Wait until all changes so far are on disk."""
        if self._group is not None:
            await asyncio.shield(self._group)

    def _open(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        loop = asyncio.get_running_loop()
        self._group = loop.create_future()
        # The commit runs in the loop's next iteration, so that all units that are ready in this one share it.
        loop.call_soon(self._commit)

    def _commit(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            group.set_exception(error)
            group.exception()  # marks it as retrieved: all units of the group may have failed before
        else:
            group.set_result(None)

    def empty(self) -> None:
        """Delete all rows, faults included; call it within a unit of ``write``."""
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names

    def close(self) -> None:
        self._commit()
        self._connection.close()
