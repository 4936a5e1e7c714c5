"""The errors between us and the database.

::

    DatabaseProblem
    ├── UnsafeLibrary       this SQLite can corrupt files, or is not the one we bring
    ├── UnusableEncoding    the server's database cannot store every text
    ├── DatabaseMissing     the database file is not there
    ├── ServerUnavailable   the server refuses a connection, or does not answer
    ├── WriteLocked         a process has held the write lock for longer than a write waits
    ├── Closed              the database was closed before the unit of work ran
    ├── UnitOver            a statement was run after one that failed
    ├── TransactionLost     the database ended the transaction under a unit of work
    ├── InlineReadTooLong   an inline read passed its 5 ms; run it again in the pool
    └── BackupRefused       the copy failed or is not good; it did not get its name

The error of a statement is SQLAlchemy's (``IntegrityError`` and so on), with the driver's error as its ``orig``.  It is
the same on both databases, and contains no parameters.
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
    """Writes waited ``waited_s`` seconds for the write lock.  ``holder`` is None where the kernel does not name it."""

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
"""Errors after which a client may retry: the server, the disk or the write lock is not available, or conflicts do not
end."""
_NO_ROOM_FOR_INDEX = 4_874  # SQLITE_IOERR_SHMSIZE: of the log's index in shared memory; the driver has no name for it
_NO_ROOM = (sqlite.SQLITE_FULL, _NO_ROOM_FOR_INDEX)
_DISK_FULL = "53100"


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's code for why it refused a statement; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None)


def is_storage_full(error: BaseException) -> bool:
    """Return whether the database's disk is full; the transaction of the unit of work is then rolled back."""
    cause = error.orig if isinstance(error, OperationalError) else error
    return sqlstate(error) == _DISK_FULL or getattr(cause, "sqlite_errorcode", None) in _NO_ROOM


def is_busy(error: BaseException) -> bool:
    """Return whether another connection held SQLite's lock for longer than the busy handler waits."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite.SQLITE_BUSY  # the higher bits say which kind of busy
