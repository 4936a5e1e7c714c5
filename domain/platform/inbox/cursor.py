"""Store until when the provider's list of events was read, so that a missed event is fetched once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Table, bindparam, or_, select

from domain.database import Connection
from domain.schema import Instant, instant_column, metadata
from domain.schema.upsert import upsert

inbox_cursor = Table(
    "inbox_cursor",
    metadata,
    Column("provider", String(20), primary_key=True),
    instant_column("read_until"),
    sqlite_with_rowid=False,
)

_insert = upsert(inbox_cursor).values(provider=bindparam("provider"), read_until=bindparam("read_until"))
_advance = _insert.on_conflict_do_update(
    index_elements=[inbox_cursor.c.provider],
    set_={"read_until": _insert.excluded.read_until},
    where=or_(
        inbox_cursor.c.read_until < _insert.excluded.read_until,
        inbox_cursor.c.read_until > bindparam("now", type_=Instant()),
    ),
)
_get = select(inbox_cursor.c.read_until).where(inbox_cursor.c.provider == bindparam("of_provider"))


def read_until(connection: Connection, provider: str) -> datetime | None:
    found: datetime | None = connection.run(_get, of_provider=provider).scalar()
    return found


def advance(connection: Connection, provider: str, until: datetime, *, now: datetime) -> None:
    """Move the cursor forward; move it back only from a time after ``now``, which a wrong clock wrote."""
    connection.run(_advance, provider=provider, read_until=until, now=now)
