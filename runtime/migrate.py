"""Bring a database to the schema of this release, by Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from runtime.database import open_engine
from runtime.database.engine import is_sqlite, sqlite_path
from runtime.settings import PROJECT


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Each migration in a transaction of its own; safe to call when there is nothing to do."""
    engine = open_engine(url)
    config = _config()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def revisions(url: str) -> tuple[str | None, str | None]:
    """(the database's, this release's); they are equal when there is nothing to do.  None: there is no schema yet."""
    return _current(url), ScriptDirectory.from_config(_config()).get_current_head()


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
