"""Column types that mean the same on SQLite and on PostgreSQL.

Times are stored as microseconds since 1970 in UTC (BIGINT): they sort, index and compare alike on
both databases, and no driver guesses a zone.  JSON is stored as text that msgspec wrote.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970; ``ValueError`` for a naive time."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


# ruff: noqa: ARG002 - the signatures are SQLAlchemy's


class Instant(TypeDecorator[datetime]):
    """An aware UTC ``datetime`` in Python, microseconds since 1970 in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """Plain lists and dicts in Python, JSON text in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


def id_column(name: str = "id") -> Column[str]:
    """A primary key: a prefixed, time-ordered public id such as ``pay_…``."""
    return Column(name, String(40), primary_key=True)


def instant_column(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Instant, nullable=nullable)
