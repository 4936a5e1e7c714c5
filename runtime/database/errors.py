"""What goes wrong between us and the database.

::

    DatabaseProblem
    ├── UnsafeLibrary       this SQLite can corrupt files, or is not the one we bring
    ├── Closed              the database was closed before the unit of work ran
    ├── UnitOver            a statement was run after one that failed
    ├── TransactionLost     the database ended the transaction under a unit of work
    ├── InlineReadTooLong   an inline read passed its 5 ms; run it again in the pool
    └── BackupRefused       the copy is not what it should be; it did not get its name

What a statement itself did wrong is raised as SQLAlchemy's error (``IntegrityError`` and so on) with the
driver's as its ``orig``, the same on both databases and without the parameters.
"""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import OperationalError


class DatabaseProblem(Exception):
    """Any of the above."""


class UnsafeLibrary(DatabaseProblem): ...


class Closed(DatabaseProblem): ...


class UnitOver(DatabaseProblem): ...


class TransactionLost(DatabaseProblem): ...


class InlineReadTooLong(DatabaseProblem): ...


class BackupRefused(DatabaseProblem): ...


UNAVAILABLE: tuple[type[Exception], ...] = (OperationalError, psycopg.OperationalError, Closed)
"""What a caller may answer with "try again in a moment": no server, no disk, no end of conflicts."""
