"""A plan of a statement: what is constant, what is a parameter, what is converted on the way."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, bindparam, column, insert, select, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from domain.schema import Instant, Json, one_of
from runtime.database.statement import Plan, Plans

sqlite = SQLiteDialect_pysqlite(paramstyle="qmark")
postgres = PGDialect_psycopg(paramstyle="numeric_dollar")
things = MetaData()
thing = Table(
    "thing",
    things,
    Column("id", String(40), primary_key=True),
    Column("at", Instant),
    Column("extra", Json),
    Column("open", Boolean),
    Column("size", BigInteger),
)
NOW = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
MICROS = 1_795_435_200_250_000
add = insert(thing).values(id=bindparam("id"), at=bindparam("at"), extra=bindparam("extra"), open=True, size=None)


def test_constants_stay_and_parameters_are_filled_in_and_converted() -> None:
    plan = Plan(add, sqlite)
    assert plan.sql == "INSERT INTO thing (id, at, extra, open, size) VALUES (?, ?, ?, ?, ?)"
    assert plan.values({"id": "t1", "at": NOW, "extra": {"a": [1]}}) == ["t1", MICROS, '{"a":[1]}', 1, None]
    assert plan.values({"id": "t2", "at": None, "extra": None}) == ["t2", None, None, 1, None]


def test_postgresql_gets_numbered_parameters_and_real_booleans() -> None:
    plan = Plan(add, postgres)
    assert "$1::VARCHAR" in plan.sql
    assert plan.values({"id": "t1", "at": NOW, "extra": None}) == ["t1", MICROS, None, True, None]


@pytest.mark.parametrize("dialect", [sqlite, postgres])
def test_rows_are_decoded_where_a_column_needs_it(dialect: SQLiteDialect_pysqlite | PGDialect_psycopg) -> None:
    plan = Plan(select(thing.c.id, thing.c.at, thing.c.extra), dialect)
    assert plan.decode([("t1", MICROS, '{"a":1}'), ("t2", None, None)]) == [("t1", NOW, {"a": 1}), ("t2", None, None)]
    assert Plan(select(thing.c.id, thing.c.size), dialect).decoders == ()


def test_a_boolean_of_sqlite_comes_back_as_one() -> None:
    assert Plan(select(thing.c.open), sqlite).decode([(1,), (0,), (None,)]) == [(True,), (False,), (None,)]


def test_one_parameter_in_two_places() -> None:
    both = select(thing.c.id).where((thing.c.id == bindparam("who")) | (thing.c.id > bindparam("who")))
    assert Plan(both, sqlite).values({"who": "x"}) == ["x", "x"]
    assert Plan(both, postgres).values({"who": "x"}) == ["x"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"id": "t1", "at": None}, "missing extra"),
        ({"id": "t1", "at": None, "extra": None, "colour": 1}, "unknown colour"),
        ({"id": "t1", "at": None, "extras": None}, "unknown extras and missing extra"),
        ({}, "missing at, extra, id"),
    ],
)
def test_wrong_names_are_named(params: dict[str, object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Plan(add, sqlite).values(params)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Plan(add, sqlite).values({"id": "t1", "at": NOW.replace(tzinfo=None), "extra": None})


def test_literal_lists_and_limits_are_constants() -> None:
    plan = Plan(select(thing.c.id).where(thing.c.id.in_(["a", "b"])).limit(5), sqlite)
    assert plan.values({})[:3] == ["a", "b", 5]
    assert "POSTCOMPILE" not in plan.sql


def test_a_list_is_one_parameter_and_needs_no_scan() -> None:
    plan = Plan(select(thing.c.size).where(one_of(thing.c.id, "ids")), sqlite)
    assert plan.values({"ids": ["a", "b"]}) == ['["a","b"]']
    assert plan.sql.endswith("WHERE thing.id IN (SELECT value FROM json_each(?))")


def test_what_returns_and_what_changes() -> None:
    assert (Plan(add, sqlite).returns, Plan(add, sqlite).changes) == (False, True)
    returning = Plan(add.returning(thing.c.at), sqlite)
    assert (returning.returns, returning.changes) == (True, True)
    assert returning.decode([(MICROS,)]) == [(NOW,)]
    assert (Plan(select(thing.c.id), sqlite).returns, Plan(select(thing.c.id), sqlite).changes) == (True, False)


def test_text_must_say_what_comes_back() -> None:
    with pytest.raises(TypeError, match=r"text\(\)"):
        Plan(text("SELECT 1"), sqlite)
    assert Plan(text("SELECT 1 AS n").columns(column("n", BigInteger)), sqlite).returns


def test_defaults_that_only_sqlalchemy_would_fill_in_are_refused() -> None:
    lazy = Table("lazy", MetaData(), Column("id", String(5), primary_key=True), Column("n", BigInteger, default=3))
    with pytest.raises(TypeError, match="defaults"):
        Plan(insert(lazy).values(id=bindparam("id")), sqlite)


def test_the_cache_keeps_a_statement_alive() -> None:
    """Or its id could become another statement's."""
    plans = Plans(sqlite)
    for size in range(200):
        statement = select(thing.c.id).where(thing.c.size == size)
        plans.add(statement)
        del statement
    gc.collect()
    assert len(plans.by_id) == 200
    assert all(id(plan.statement) == key for key, plan in plans.by_id.items())


def test_statements_made_anew_each_time_do_not_fill_the_memory(caplog: pytest.LogCaptureFixture) -> None:
    plans = Plans(sqlite)
    plan = plans.add(add)
    plans.by_id = dict.fromkeys(range(Plans.LIMIT), plan)
    plans.add(add)
    assert len(plans.by_id) == 1
    assert "statement cache cleared" in caplog.text
