"""The errors between us and the database.

::

    DatabaseProblem
    ├── UnsafeLibrary       this SQLite can corrupt files, or is not the one we bring
    ├── UnusableEncoding    the server's database cannot store every text
    ├── DatabaseMissing     the database file is not there
    ├── ServerUnavailable   the server refuses a connection, or does not answer
    ├── WriteLocked         a process has kept the write lock for longer than anybody waits
    ├── Closed              the database was closed before the unit of work ran
    ├── UnitOver            a statement was run after one that failed
    ├── TransactionLost     the database ended the transaction under a unit of work
    ├── InlineReadTooLong   an inline read passed its 5 ms; run it again in the pool
    └── BackupRefused       the copy is not what it should be; it did not get its name

What a statement itself did wrong is raised as SQLAlchemy's error (``IntegrityError`` and so on) with the
driver's as its ``orig``, the same on both databases and without the parameters.
"""

from __future__ import annotations

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from runtime.database.holder import Holder


class DatabaseProblem(Exception):
    """Any of the above."""


class UnsafeLibrary(DatabaseProblem): ...


class UnusableEncoding(DatabaseProblem): ...


class DatabaseMissing(DatabaseProblem): ...


class ServerUnavailable(DatabaseProblem): ...


class WriteLocked(DatabaseProblem):
    """``waited_s``: for how long; ``holder`` is None where the kernel does not tell."""

    def __init__(self, waited_s: float, holder: Holder | None) -> None:
        by = holder or "a process that the kernel does not name"
        super().__init__(f"the write lock of the database has not been free for {waited_s:.0f} s; {by} holds it")
        self.waited_s = waited_s
        self.holder = holder


class Closed(DatabaseProblem): ...


class UnitOver(DatabaseProblem): ...


class TransactionLost(DatabaseProblem): ...


class InlineReadTooLong(DatabaseProblem): ...


class BackupRefused(DatabaseProblem): ...


UNAVAILABLE: tuple[type[Exception], ...] = (OperationalError, ServerUnavailable, WriteLocked, Closed)
"""Errors that a caller may answer with "try again in a moment": no server, no disk, no end of conflicts, no write lock.
"""
_NO_ROOM_FOR_INDEX = 4_874  # SQLITE_IOERR_SHMSIZE: of the log's index in shared memory; the driver has no name for it
_NO_ROOM = (sqlite.SQLITE_FULL, _NO_ROOM_FOR_INDEX)
_DISK_FULL = "53100"


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's code for why it refused a statement; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None)


def is_storage_full(error: BaseException) -> bool:
    """The disk of the database has no room; nothing of the unit of work stays."""
    cause = error.orig if isinstance(error, OperationalError) else error
    return sqlstate(error) == _DISK_FULL or getattr(cause, "sqlite_errorcode", None) in _NO_ROOM


def is_busy(error: BaseException) -> bool:
    """Another connection kept SQLite's lock for longer than the busy handler waits."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite.SQLITE_BUSY  # the higher bits say which kind of busy
