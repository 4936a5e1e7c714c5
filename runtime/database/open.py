"""Open the database that an address names."""

from __future__ import annotations

from runtime.database.database import Database
from runtime.database.engine import is_sqlite
from runtime.database.postgres import PostgresDatabase
from runtime.database.sqlite import SqliteDatabase

READERS, WRITERS = 2, 4
"""Of one process, at most.  Writers are for PostgreSQL only: SQLite has one.  A server takes 100 connections unless it
is told otherwise, and a stack has some ten processes."""
WEB_READERS, WEB_WRITERS = 4, 8
"""Of a web process, whose requests wait for them."""


def open_database(url: str, *, readers: int = READERS, writers: int = WRITERS) -> Database:
    """``sqlite:///file`` or ``postgresql://…``.  Once a process, after any fork.

    ``UnsafeLibrary`` for a SQLite library or a file system that could lose data;
    ``psycopg.OperationalError`` for a server that does not answer.
    """
    if is_sqlite(url):
        return SqliteDatabase(url, readers=readers)
    return PostgresDatabase(url, readers=readers, writers=writers)
