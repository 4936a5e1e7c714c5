"""What no schema of ours may contain: things that end a transaction under the neighbours of a unit.

A deferred foreign key fails everybody's COMMIT; ON CONFLICT ROLLBACK and RAISE(ROLLBACK) roll
everybody back.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect, text

from runtime.database import open_engine
from runtime.schema import metadata

FORBIDDEN = re.compile(r"DEFERRABLE|INITIALLY\s+DEFERRED|ON\s+CONFLICT\s+ROLLBACK|RAISE\s*\(\s*ROLLBACK", re.IGNORECASE)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE a (b REFERENCES c DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE a (b UNIQUE on conflict\n rollback)",
        "CREATE TRIGGER t BEFORE INSERT ON a BEGIN SELECT raise( Rollback, 'no'); END",
    ],
)
def test_the_pattern_finds_them(sql: str) -> None:
    assert FORBIDDEN.search(sql)


def test_the_migrated_file_has_none(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    engine.dispose()
    assert len(found) > 20
    assert any("RAISE(ABORT" in sql for _, sql in found)
    assert [name for name, sql in found if FORBIDDEN.search(sql)] == []


def test_the_migrated_server_has_none(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        deferrable = connection.execute(text("SELECT conname FROM pg_constraint WHERE condeferrable")).all()
        deferred = connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgdeferrable")).all()
        tables = inspect(connection).get_table_names()
    engine.dispose()
    assert len(tables) > 10
    assert (deferrable, deferred) == ([], [])


def test_the_tables_in_the_code_declare_none() -> None:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            assert not constraint.deferrable, constraint
            assert not constraint.initially, constraint
            assert constraint.dialect_kwargs.get("sqlite_on_conflict") is None, constraint
        for column in table.columns:
            assert [name for name in column.dialect_kwargs if "on_conflict" in name] == [], column
    assert len(metadata.tables) > 10
