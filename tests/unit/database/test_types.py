"""Column types: what goes in comes out, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, MetaData, Table, create_mock_engine, literal, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from domain.schema import Instant
from domain.schema.types import EPOCH, from_micros, to_micros

sqlite = SQLiteDialect_pysqlite()


@given(st.datetimes(datetime(1970, 1, 1), datetime(2242, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive there
def test_a_moment_survives_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment
    assert to_micros(moment) == (moment - EPOCH) // timedelta(microseconds=1)


def test_another_zone_is_the_same_moment() -> None:
    there = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert from_micros(to_micros(there)) == there
    assert from_micros(to_micros(there)).tzinfo is UTC


def test_converters_of_a_column() -> None:
    column = Instant()
    encode, decode = column.bind_processor(sqlite), column.result_processor(sqlite, None)
    moment = datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)
    assert decode(encode(moment)) == moment
    assert (encode(None), decode(None)) == (None, None)
    with pytest.raises(ValueError, match="without a zone"):
        encode(datetime(2026, 11, 23))  # noqa: DTZ001 - that is the fault


def test_sqlalchemy_itself_uses_them() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)
    compiled = select(literal(moment, Instant())).compile(dialect=sqlite)
    assert compiled.construct_params() == {"param_1": moment}
    assert compiled._bind_processors["param_1"](moment) == to_micros(moment)
    table = Table("t", MetaData(), Column("at", Instant), Column("n", BigInteger))
    said: list[str] = []
    table.create(create_mock_engine("sqlite://", lambda sql, *_, **__: said.append(str(sql.compile(dialect=sqlite)))))
    assert "at BIGINT" in said[0]
