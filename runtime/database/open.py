"""Open the database that an address names."""

from __future__ import annotations

from runtime.database.database import Database
from runtime.database.engine import is_sqlite, prepare_file, sqlite_path
from runtime.database.patience import PATIENCE_S
from runtime.database.postgres import PostgresDatabase
from runtime.database.sqlite import SqliteDatabase

READERS, WRITERS = 2, 4
"""Of one process, at most.  Writers are for PostgreSQL only: SQLite has one.  A server takes 100 connections unless it
is told otherwise, and a stack has some ten processes."""
WEB_READERS, WEB_WRITERS = 4, 8
"""Of a web process, whose requests wait for them."""


def require_database(url: str) -> None:
    """``DatabaseMissing`` for a SQLite file that is not there; before a library starts that would trace it."""
    if is_sqlite(url):
        prepare_file(sqlite_path(url))


def open_database(
    url: str, *, readers: int = READERS, writers: int = WRITERS, patience_s: float = PATIENCE_S
) -> Database:
    """``sqlite:///file`` or ``postgresql://…``.  Once a process, after any fork.

    ``patience_s``: how long a write waits for SQLite's write lock; PostgreSQL's limit is in the session's settings.
    ``DatabaseMissing`` when there is no such file: `handwork up` and `handwork db migrate` make it, nobody else.
    ``UnsafeLibrary`` for a SQLite library or a file system that could lose data;
    ``psycopg.OperationalError`` for a server that does not answer.
    """
    if is_sqlite(url):
        return SqliteDatabase(url, readers=readers, patience_s=patience_s)
    return PostgresDatabase(url, readers=readers, writers=writers)
