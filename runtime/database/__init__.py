"""Units of work on SQLite or PostgreSQL: ``open_database`` is the way in."""

from runtime.database.checkpoint import Checkpoint, Checkpointer, open_checkpointer
from runtime.database.database import Database
from runtime.database.engine import open_engine
from runtime.database.errors import (
    UNAVAILABLE,
    BackupRefused,
    Closed,
    DatabaseMissing,
    DatabaseProblem,
    InlineReadTooLong,
    TransactionLost,
    UnitOver,
    UnsafeLibrary,
    UnusableEncoding,
    WriteLocked,
    is_storage_full,
)
from runtime.database.open import READERS, WEB_READERS, WEB_WRITERS, WRITERS, open_database, require_database
from runtime.database.watch import Watch, open_watch

__all__ = [
    "READERS",
    "UNAVAILABLE",
    "WEB_READERS",
    "WEB_WRITERS",
    "WRITERS",
    "BackupRefused",
    "Checkpoint",
    "Checkpointer",
    "Closed",
    "Database",
    "DatabaseMissing",
    "DatabaseProblem",
    "InlineReadTooLong",
    "TransactionLost",
    "UnitOver",
    "UnsafeLibrary",
    "UnusableEncoding",
    "Watch",
    "WriteLocked",
    "is_storage_full",
    "open_checkpointer",
    "open_database",
    "open_engine",
    "open_watch",
    "require_database",
]
