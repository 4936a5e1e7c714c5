"""``run`` over a driver that is played by a fake."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table, bindparam, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

from runtime.database.connection import DriverConnection
from runtime.database.errors import UnitOver
from runtime.database.statement import Plans

thing = Table("thing", MetaData(), Column("id", String(40)))
add = insert(thing).values(id=bindparam("id"))
every = select(thing.c.id)


class FakeError(Exception):
    """The driver's."""


class FakeCursor:
    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = rows
        self.rowcount = -1
        self.calls: list[tuple[str, Any]] = []
        self.fails = False

    def execute(self, sql: str, values: list[Any]) -> None:
        self.calls.append((sql, values))
        if self.fails:
            raise FakeError("broken")
        self.rowcount = 1 if sql.startswith("INSERT") else -1

    def executemany(self, sql: str, many: list[list[Any]]) -> None:
        self.calls.append((sql, many))
        self.rowcount = len(many)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


@pytest.fixture
def cursor() -> FakeCursor:
    return FakeCursor([("a",), ("b",)])


@pytest.fixture
def connection(cursor: FakeCursor) -> DriverConnection:
    return DriverConnection(cursor, Plans(SQLiteDialect_pysqlite(paramstyle="qmark")), FakeError)


def test_a_select_gives_all_rows_and_has_changed_none(connection: DriverConnection) -> None:
    rows = connection.run(every)
    assert (rows.all(), rows.changed) == ([("a",), ("b",)], 0)
    assert connection.dialect == "sqlite"


def test_an_insert_gives_no_rows_and_says_what_it_changed(connection: DriverConnection, cursor: FakeCursor) -> None:
    rows = connection.run(add, id="x")
    assert (rows.all(), rows.changed) == ([], 1)
    assert cursor.calls == [("INSERT INTO thing (id) VALUES (?)", ["x"])]


def test_values_of_one_call_do_not_reach_the_next(connection: DriverConnection, cursor: FakeCursor) -> None:
    connection.run(add, id="x")
    connection.run(add, id="y")
    assert [values for _, values in cursor.calls] == [["x"], ["y"]]


@pytest.mark.parametrize("params", [{}, {"name": "x"}, {"id": "x", "name": "y"}])
def test_wrong_names_never_reach_the_driver(
    connection: DriverConnection, cursor: FakeCursor, params: dict[str, object]
) -> None:
    with pytest.raises(TypeError, match="parameters"):
        connection.run(add, **params)
    assert cursor.calls == []
    assert connection.failure is None


def test_after_a_failure_nothing_reaches_the_driver(connection: DriverConnection, cursor: FakeCursor) -> None:
    cursor.fails = True
    with pytest.raises(DBAPIError) as caught:
        connection.run(add, id="secret")
    cursor.fails = False
    assert connection.failure is caught.value
    assert isinstance(caught.value.orig, FakeError)
    assert "secret" not in str(caught.value)
    with pytest.raises(UnitOver):
        connection.run(every)
    with pytest.raises(UnitOver):
        connection.run_many(add, [{"id": "x"}])
    assert len(cursor.calls) == 1


def test_run_many_is_one_call(connection: DriverConnection, cursor: FakeCursor) -> None:
    assert connection.run_many(add, [{"id": "x"}, {"id": "y"}]) == 2
    assert cursor.calls == [("INSERT INTO thing (id) VALUES (?)", [["x"], ["y"]])]
    assert connection.run_many(add, []) == 0
    assert len(cursor.calls) == 1
