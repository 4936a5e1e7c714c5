"""What no schema of ours may contain: things that end a transaction under the neighbours of a unit.

A deferred foreign key fails everybody's COMMIT; ON CONFLICT ROLLBACK and RAISE(ROLLBACK) roll
everybody back.
"""

from __future__ import annotations

import re

import pytest

from runtime.schema import metadata
from tests.sql import rows_of

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
    found = rows_of(sqlite_url, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    assert len(found) > 20
    assert any("RAISE(ABORT" in sql for _, sql in found)
    assert [name for name, sql in found if FORBIDDEN.search(sql)] == []


def test_the_migrated_server_has_none(postgres_url: str) -> None:
    assert len(rows_of(postgres_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) > 10
    assert rows_of(postgres_url, "SELECT conname FROM pg_constraint WHERE condeferrable") == []
    assert rows_of(postgres_url, "SELECT tgname FROM pg_trigger WHERE tgdeferrable") == []


def test_the_tables_in_the_code_declare_none() -> None:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            assert not constraint.deferrable, constraint
            assert not constraint.initially, constraint
            assert constraint.dialect_kwargs.get("sqlite_on_conflict") is None, constraint
        for column in table.columns:
            assert [name for name in column.dialect_kwargs if "on_conflict" in name] == [], column
    assert len(metadata.tables) > 10
