"""Migrate a database to the schema of this release, with Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum, auto

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from domain.schema.floor import schema_floor
from runtime.database import DatabaseProblem, open_engine, sqlstate
from runtime.database.engine import is_sqlite, prepare_file, sqlite_path
from runtime.database.turnstile import Turnstile
from runtime.settings import PROJECT

TRIES = 20
_VERSION = "alembic_version"
_DEADLOCK = "40P01"
MIGRATING = 0x48_57_53_43_48_45_4D_41  # "HWSCHEMA"


class Standing(Enum):
    """How a database's schema compares with this release's."""

    SAME = auto()
    BEHIND = auto()
    """The database has no schema, or an older one."""
    NEWER = auto()
    """A later release migrated the schema, and its floor says that this release still works on it."""
    TOO_NEW = auto()
    """A later release migrated the schema, and this release no longer works on it."""


class SchemaTooNew(DatabaseProblem):
    """A later release migrated the schema, and this release cannot work on it."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head", *, create: bool = True) -> None:
    """Run all missing migrations in one transaction; idempotent, and safe when several processes call it at once.

    A newer schema stays unchanged; ``SchemaTooNew`` when this release cannot work on it.
    ``create``: create a missing SQLite file; otherwise a missing file is ``DatabaseMissing``.
    """
    if is_sqlite(url):
        prepare_file(sqlite_path(url), create=create)
    with _alone(url):
        found = standing(url)
        if found is Standing.TOO_NEW:
            raise SchemaTooNew(
                f"the database's schema is {_current(url)}, of a later release, and runs with releases from "
                f"{_floor(url)} on; this one is {head()}: run the later one"
            )
        if found is not Standing.BEHIND:
            return
        for left in reversed(range(TRIES)):
            try:
                _migrate(url, revision)
            except DBAPIError as error:
                if not left or sqlstate(error) != _DEADLOCK:
                    raise
            else:
                return


def _migrate(url: str, revision: str) -> None:
    """Run the migrations in one transaction, under an exclusive lock on the version table.

    Each writer of the project locks that table first.  So the migration waits once for all running writers, and holds
    no lock meanwhile that they need.  A long read or another program can still cause a deadlock: the server then rolls
    the migration back, and ``upgrade`` retries.
    """
    config = _config()
    with _turn(url), _begun(url) as connection:
        if not is_sqlite(url) and inspect(connection).has_table(_VERSION):
            connection.exec_driver_sql(f"LOCK TABLE {_VERSION} IN EXCLUSIVE MODE")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def standing(url: str) -> Standing:
    current = _current(url)
    if current == head():
        return Standing.SAME
    if current is None or _is_known(current):
        return Standing.BEHIND
    floor = _floor(url)
    return Standing.NEWER if floor is not None and _is_known(floor) else Standing.TOO_NEW


@contextmanager
def _begun(url: str) -> Iterator[Connection]:
    """Yield a connection in a transaction, which commits when the block ends without an error."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Hold the migration lock of the server, because several hosts may start at once.

    On SQLite ``_turn`` is enough: a stack runs on one machine.
    """
    if is_sqlite(url):
        yield
        return
    engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '120s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATING})")
        yield


@contextmanager
def _turn(url: str) -> Iterator[None]:
    """Hold SQLite's write lock as writers do, so that a waiting writer can name the migration as the holder.

    The turnstile is this call's own: a caller that holds another one of the same file would wait for itself.
    """
    if not is_sqlite(url):
        yield
        return
    with closing(Turnstile(sqlite_path(url))) as turnstile, turnstile:
        yield


def _is_known(revision: str) -> bool:
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _floor(url: str) -> str | None:
    """Return the oldest revision that works on the schema; None when its release or project has no such table."""
    with _begun(url) as connection:
        if not inspect(connection).has_table(schema_floor.name):
            return None
        return connection.execute(select(schema_floor.c.revision)).scalar()


def revisions(url: str) -> tuple[str | None, str | None]:
    """Return the revisions of the database and of this release; equal when there is nothing to migrate.

    The database's is None while it has no schema.
    """
    return _current(url), head()


def head() -> str | None:
    """Return this release's revision."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _current(url: str) -> str | None:
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None  # opening the file would create it
    with _begun(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def autogenerate(url: str, message: str, revision: str) -> None:
    """Write a migration from the difference between a migrated database and the tables in the code."""
    config = _config()
    with _begun(url) as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)
