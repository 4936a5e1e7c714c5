"""Everything that a database holds, to prove that something changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from domain.database import Connection, Row
from runtime.database import Database
from runtime.schema import metadata

COUNTERS = {"throttle"}
"""What counts tries is to change with each."""
_TABLES = {
    table.name: select(table).order_by(*table.primary_key)
    for table in metadata.sorted_tables
    if table.name not in COUNTERS
}
Contents = dict[str, list[Row]]


def contents(database: Database) -> Contents:
    """Every row of every table."""

    def unit(connection: Connection) -> Contents:
        return {name: connection.run(statement).all() for name, statement in _TABLES.items()}

    return database.read(unit)


@contextmanager
def unchanged(database: Database, saying: object = "") -> Iterator[None]:
    """Fails when any row of any table came, went or changed meanwhile."""
    before = contents(database)
    yield
    after = contents(database)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert not changed, (saying, changed)
