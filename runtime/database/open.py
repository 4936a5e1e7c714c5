"""Open a database, an engine, a watch or a lock by the database's address: ``sqlite:///file`` or ``postgresql://…``."""

from __future__ import annotations

from sqlalchemy import Engine

from runtime.database.backend import Backend
from runtime.database.database import Database
from runtime.database.engine import is_sqlite, prepare_file, sqlite_path
from runtime.database.lock import SingleLock
from runtime.database.patience import PATIENCE_S
from runtime.database.sqlite import SqliteBackend
from runtime.database.watch import Watch

READERS, WRITERS = 2, 4
"""The most connections of one process.  ``WRITERS`` is for PostgreSQL only: SQLite has one writer.  A server accepts
100 connections by default, and a stack has some ten processes."""
WEB_READERS, WEB_WRITERS = 4, 8
"""The most connections of a web process, whose requests wait for them."""


def _backend(url: str) -> Backend:
    if is_sqlite(url):
        return SqliteBackend(url)
    # This import is here because PostgreSQL's driver costs a process 10 MB and 80 ms, and a stack on SQLite has ten
    # processes that do not use it.
    from runtime.database.postgres.backend import PostgresBackend

    return PostgresBackend(url)


def require_database(url: str) -> None:
    """Raise ``DatabaseMissing`` for a missing SQLite file, before a library starts that would print a traceback."""
    if is_sqlite(url):
        prepare_file(sqlite_path(url))


def open_database(
    url: str, *, readers: int = READERS, writers: int = WRITERS, patience_s: float = PATIENCE_S
) -> Database:
    """Return the database of a process.  Call it once a process, after any fork.

    ``patience_s``: how long a write waits for SQLite's write lock; PostgreSQL's limit is in the session's settings.
    ``DatabaseMissing`` when there is no such file: only `handwork up` and `handwork db migrate` make it.
    ``UnsafeLibrary`` for a SQLite library or a file system that could lose data;
    ``ServerUnavailable`` for a server that does not answer.
    """
    return _backend(url).database(readers=readers, writers=writers, patience_s=patience_s)


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return a SQLAlchemy engine for migrations and tests; the running system goes through ``open_database``.

    ``create``: make a SQLite file that is not there.
    """
    return _backend(url).engine(create=create)


def open_watch(url: str) -> Watch:
    """Return a watch with a connection of its own, so that it sees this process's commits too."""
    return _backend(url).watch()


def open_lock(url: str, name: str) -> SingleLock:
    """Return the lock of this name; the processes of one database share it."""
    return _backend(url).lock(name)
