"""Open the database that an address names."""

from __future__ import annotations

from runtime.database.database import Database
from runtime.database.engine import is_sqlite
from runtime.database.postgres import PostgresDatabase
from runtime.database.sqlite import SqliteDatabase

READERS = 4
WRITERS = 8  # PostgreSQL only: SQLite has one writer


def open_database(url: str, *, readers: int = READERS, writers: int = WRITERS) -> Database:
    """``sqlite:///file`` or ``postgresql://…``.  Once a process, after any fork.

    ``UnsafeLibrary`` for a SQLite library or a file system that could lose data;
    ``psycopg.OperationalError`` for a server that does not answer.
    """
    if is_sqlite(url):
        return SqliteDatabase(url, readers=readers)
    return PostgresDatabase(url, readers=readers, writers=writers)
