"""Bring a database to the schema of this release, by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum, auto

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
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
    """How a database's schema stands to this release's."""

    SAME = auto()
    BEHIND = auto()
    """There is none yet, or it is to be migrated."""
    NEWER = auto()
    """A later release has added to it, and says that this one works on it."""
    TOO_NEW = auto()
    """A later release has taken away what this one needs."""


class SchemaTooNew(DatabaseProblem):
    """This release cannot work on the schema."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head", *, create: bool = True) -> None:
    """All that is to be done, in one transaction; safe to call when there is nothing to do, or by several at once.

    A newer schema is left as it is; ``SchemaTooNew`` when this release cannot work on it.
    ``create``: a SQLite file that is not there is made, or else it is ``DatabaseMissing``.
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
    """Writers of this project begin with a lock on the table of the version, so whoever has it for himself waits for
    those who write, once, and holds nothing meanwhile that they want.  A long read, or another program, can still hold
    what is changed and want what it has: then all of the migration is undone, and tried again."""
    engine = open_engine(url)
    config = _config()
    try:
        with _turn(url), engine.begin() as connection:
            if not is_sqlite(url) and inspect(connection).has_table(_VERSION):
                connection.exec_driver_sql(f"LOCK TABLE {_VERSION} IN EXCLUSIVE MODE")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def standing(url: str) -> Standing:
    current = _current(url)
    if current == head():
        return Standing.SAME
    if current is None or _is_known(current):
        return Standing.BEHIND
    floor = _floor(url)
    return Standing.NEWER if floor is not None and _is_known(floor) else Standing.TOO_NEW


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Several hosts may start at once.  On SQLite ``_turn`` is enough: a stack is on one machine."""
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
    """Queue for SQLite's write lock as writers do, so that they can name the migration that they wait for.

    The lock is this call's own: a caller that holds a turnstile of the same file would wait for itself.
    """
    if not is_sqlite(url):
        yield
        return
    with closing(Turnstile(sqlite_path(url))) as turnstile, turnstile:
        yield


def _is_known(revision: str) -> bool:
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _floor(url: str) -> str | None:
    """None where a release that has no such table, or another project, has been at work."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(schema_floor.name):
                return None
            return connection.execute(select(schema_floor.c.revision)).scalar()
    finally:
        engine.dispose()


def revisions(url: str) -> tuple[str | None, str | None]:
    """(the database's, this release's); they are equal when there is nothing to do.  None: there is no schema yet."""
    return _current(url), head()


def head() -> str | None:
    """This release's."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _current(url: str) -> str | None:
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None  # opening it would make it
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def autogenerate(url: str, message: str, revision: str) -> None:
    """Write a migration from the difference between a migrated database and the tables in the code."""
    engine = open_engine(url)
    config = _config()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=revision)
    finally:
        engine.dispose()
