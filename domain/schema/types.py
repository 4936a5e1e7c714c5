"""Column types that mean the same on SQLite and on PostgreSQL.

Times are stored as microseconds since 1970 in UTC (BIGINT): they sort, index and compare alike on
both databases, and no driver guesses a zone.  JSON is stored as text that msgspec wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Dialect, Double, String, Text, text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_fromtimestamp = datetime.fromtimestamp


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970; ``ValueError`` for a naive time."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the time, exact until the year 2242.

    The conversion uses a float, because that is twice as fast as adding a timedelta and a page of a list has dozens of
    times.
    """
    return _fromtimestamp(micros / 1_000_000, UTC)


def _to_micros_or_none(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _from_micros_or_none(value: int | None) -> datetime | None:
    return None if value is None else _fromtimestamp(value / 1_000_000, UTC)


# ruff: noqa: ARG002 - the signatures are SQLAlchemy's


class Instant(TypeDecorator[datetime]):
    """An aware UTC ``datetime`` in Python, microseconds since 1970 in the database."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """Return the converter itself; a ``process_bind_param`` would be called through two more functions."""
        return _to_micros_or_none

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        return _from_micros_or_none


class Json(TypeDecorator[Any]):
    """Plain lists and dicts in Python, JSON text in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


class Real(TypeDecorator[float]):
    """A ``float`` as both drivers take and return it; SQLAlchemy's own type needs its execution path."""

    impl = Double
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


def id_column(name: str = "id") -> Column[str]:
    """Return a primary key column: a prefixed, time-ordered public id such as ``pay_…``."""
    return Column(name, String(40), primary_key=True)


def instant_column(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Instant, nullable=nullable)


def asked_at_column() -> Column[datetime]:
    """Return the column of our last look-up at the provider or its last event; 0 (1970) for never."""
    return Column("asked_at", Instant, nullable=False, server_default=text("0"))
