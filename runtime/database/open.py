"""Open the database that an address names."""

from __future__ import annotations

from runtime.database.database import Database
from runtime.database.sqlite import SqliteDatabase

READERS = 4


def open_database(url: str, *, readers: int = READERS) -> Database:
    """``sqlite:///file`` or ``postgresql://…``.  Once a process, after any fork.

    ``UnsafeLibrary`` for a SQLite library or a file system that could lose data.
    """
    return SqliteDatabase(url, readers)
