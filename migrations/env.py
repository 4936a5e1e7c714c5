"""Alembic's entry: one connection, our metadata, batch mode for SQLite."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, TypeDecorator

from runtime.database import open_engine
from runtime.schema import metadata
from runtime.settings import load


def render_plain(kind: str, item: object, _context: object) -> str | bool:
    """Our column types by what they are in the database: a migration must not change when they do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Full text search brings tables of its own, which a migration writes out."""
    return kind != "table" or not (name or "").startswith("job_terms")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        render_item=render_plain,
        include_name=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """``handwork db migrate`` brings its connection; Alembic's own command line reads the settings."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    engine = open_engine(load().database, create=True)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()


main()
