"""A read-only connection to SQLite, which may have a time limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import OperationalError

from domain.database import UnitOfWork
from runtime.database.connection import DriverConnection
from runtime.database.engine import SQLITE_PLANS, connect_sqlite
from runtime.database.errors import InlineReadTooLong

INLINE_SECONDS = 0.005
LOOK_EVERY_OPS = 4_000  # steps of SQLite's machine between two looks at the clock: about 0.1 ms
_NEVER = float("inf")
T = TypeVar("T")


class Reader:
    """One read-only connection.  All statements of a unit of work see one snapshot.

    ``limit`` is how many seconds a unit may take; None for no limit.
    """

    __slots__ = ("_connection", "_cut", "_deadline", "_driver", "_execute", "_limit")

    def __init__(self, path: Path, limit: float | None = None, *, look_every: int = LOOK_EVERY_OPS) -> None:
        self._driver: Any = connect_sqlite(path, read_only=True)
        cursor = self._driver.cursor()
        self._execute: Callable[[str], Any] = cursor.execute
        self._connection = DriverConnection(cursor, SQLITE_PLANS, sqlite.Error)
        self._limit = _NEVER if limit is None else limit
        self._deadline = _NEVER
        self._cut = False
        if limit is not None:
            self._driver.set_progress_handler(self._is_late, look_every)

    def read(self, unit: UnitOfWork[T]) -> T:
        """Return the unit's result; ``InlineReadTooLong`` when it reaches the limit.  Other errors are the unit's."""
        connection = self._connection
        connection.failure = None
        self._execute("BEGIN")
        self._cut = False
        self._deadline = perf_counter() + self._limit
        try:
            value = unit(connection)
        except OperationalError as error:
            if self._was_cut(error):
                raise InlineReadTooLong from error
            raise
        finally:
            self._deadline = _NEVER  # or it would hit the COMMIT: SQLite counts a statement's steps over all its runs
            self._execute("COMMIT")  # ends the snapshot; there is nothing to roll back
        if connection.failure is not None:
            # The unit swallowed the error, so its value is incomplete.
            raise InlineReadTooLong if self._was_cut(connection.failure) else connection.failure
        return value

    def version(self) -> int:
        """Return a number that differs after each commit that this connection sees.  Call it only between units."""
        ((version,),) = self._execute("PRAGMA data_version").fetchall()
        return int(version)

    def close(self) -> None:
        self._driver.close()

    def _is_late(self) -> bool:
        """Return whether the limit is reached.  SQLite calls it every ``LOOK_EVERY_OPS`` steps, and True interrupts the
        statement."""
        if perf_counter() < self._deadline:
            return False
        self._cut = True
        return True

    def _was_cut(self, error: Exception) -> bool:
        """Return whether this reader interrupted the statement at its limit."""
        code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
        return self._cut and code == sqlite.SQLITE_INTERRUPT
