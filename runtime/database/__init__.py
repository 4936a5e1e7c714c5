"""Units of work on SQLite or PostgreSQL: ``open_database`` is the way in."""

from runtime.database.database import Database
from runtime.database.engine import open_engine
from runtime.database.errors import (
    BackupRefused,
    Closed,
    DatabaseProblem,
    InlineReadTooLong,
    TransactionLost,
    UnitOver,
    UnsafeLibrary,
)
from runtime.database.open import open_database

__all__ = [
    "BackupRefused",
    "Closed",
    "Database",
    "DatabaseProblem",
    "InlineReadTooLong",
    "TransactionLost",
    "UnitOver",
    "UnsafeLibrary",
    "open_database",
    "open_engine",
]
