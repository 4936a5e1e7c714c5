"""Units of work on SQLite or PostgreSQL: ``open_database`` is the way in."""

from runtime.database.checkpoint import Checkpoint, Checkpointer, open_checkpointer
from runtime.database.database import LOOP_READERS, Database
from runtime.database.errors import (
    UNAVAILABLE,
    BackupRefused,
    Closed,
    DatabaseMissing,
    DatabaseProblem,
    InlineReadTooLong,
    ServerUnavailable,
    TransactionLost,
    UnitOver,
    UnsafeLibrary,
    UnusableEncoding,
    WriteLocked,
    is_storage_full,
    sqlstate,
)
from runtime.database.lock import SingleLock
from runtime.database.open import (
    READERS,
    WEB_READERS,
    WEB_WRITERS,
    WRITERS,
    open_database,
    open_engine,
    open_lock,
    open_watch,
    require_database,
)
from runtime.database.watch import Watch

__all__ = [
    "LOOP_READERS",
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
    "ServerUnavailable",
    "SingleLock",
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
    "open_lock",
    "open_watch",
    "require_database",
    "sqlstate",
]
