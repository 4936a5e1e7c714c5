"""Open connections to a SQLite file: the right library, the right pragmas, and engines for migrations."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from runtime.database.dialect import SqliteDialect
from runtime.database.errors import DatabaseMissing, UnsafeLibrary
from runtime.database.statement import Plans
from runtime.database.turnstile import Turnstile

SQLITE_PLANS = Plans(SqliteDialect(paramstyle="qmark"))
PRIVATE = 0o600
BUSY_TIMEOUT_MS = 5_000  # for programs that do not use the turnstile; our own writers queue there
CACHED_STATEMENTS = 1_024  # more than there are statements: preparing one costs as much as running it
_FIXED_IN = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def check_library(version: str = sqlite.sqlite_version) -> None:
    """Raise ``UnsafeLibrary`` for a SQLite with the WAL-reset bug (3.7.0 to 3.51.2), which corrupts the file when a
    commit meets a checkpoint.  Versions 3.51.3, and 3.50.7 and 3.44.6 on their branches, fix it."""
    found = tuple(int(part) for part in version.split("."))
    newest, *branches = _FIXED_IN
    if found >= newest or any(found[:2] == fix[:2] and found >= fix for fix in branches):
        return
    raise UnsafeLibrary(
        f"SQLite {version} can corrupt a database in WAL mode; 3.51.3 or later is needed: "
        "install the pysqlite3 wheel of requirements.lock"
    )


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """Return the file of a ``sqlite:///…`` address; ``ValueError`` for a database in memory."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise ValueError(f"a SQLite database is a file here: {url!r}")
    return Path(database).absolute()


def connect_sqlite(path: Path, *, read_only: bool = False) -> Any:
    """Return a driver connection with our pragmas, in autocommit mode because the callers send BEGIN themselves."""
    check_library()
    connection = sqlite.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        check_same_thread=False,  # another thread may open it; one thread at a time uses it
        cached_statements=CACHED_STATEMENTS,
    )
    prepare_sqlite(connection, read_only=read_only)
    return connection


def prepare_sqlite(connection: Any, *, read_only: bool = False) -> None:
    """Set our pragmas on a connection.

    ``synchronous`` is FULL because NORMAL loses acknowledged commits in a power failure.  Automatic checkpoints are off
    because the relay runs all checkpoints."""
    for pragma in (
        "synchronous = FULL",
        "wal_autocheckpoint = 0",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        f"query_only = {'ON' if read_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def prepare_file(path: Path, *, create: bool = False) -> None:
    """Put the file into WAL mode, which a copy may have lost.  Several processes may call it at once.

    ``create``: create a missing file.  ``DatabaseMissing`` for a missing file without ``create``, and for one whose log
    still exists: SQLite would discard the content of an old log beside a new file.
    """
    if not path.exists():
        _check_absence(path, create=create)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=PRIVATE)  # SQLite gives its other files the same mode
    connection = connect_sqlite(path)
    try:
        if _journal_mode(connection, "") == "wal":
            return  # this check needs no write lock
        with closing(Turnstile(path)) as turnstile, turnstile:
            mode = _journal_mode(connection, " = WAL")
    finally:
        connection.close()
    if mode != "wal":
        raise UnsafeLibrary(f"{path} cannot be put into WAL mode (it is in {mode}): is the file system a network one?")


def _check_absence(path: Path, *, create: bool) -> None:
    log = path.with_name(path.name + "-wal")
    if not create:
        raise DatabaseMissing(
            f"there is no database at {path}: put it back from a backup, or make a new one with ./handwork db migrate"
        )
    if log.exists() and log.stat().st_size:
        raise DatabaseMissing(
            f"there is no database at {path}, but its log {log.name} is there: put the database back from a backup, "
            "or move the log away to begin anew"
        )


def _journal_mode(connection: Any, change: str) -> str:
    return str(connection.execute(f"PRAGMA journal_mode{change}").fetchone()[0])


def open_file_engine(path: Path, *, create: bool) -> Engine:
    """Return an engine for migrations and tests."""
    prepare_file(path, create=create)
    engine = create_engine(f"sqlite:///{path}", module=sqlite, poolclass=NullPool)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN leaves DDL out of the transaction
    prepare_sqlite(connection)


def _on_begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
