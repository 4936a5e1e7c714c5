"""The story of one thing, oldest first."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.history.tables import history


class Change(msgspec.Struct, frozen=True):
    from_state: str | None
    to_state: str
    actor: str
    correlation_id: str
    at: datetime


_of = (
    select(*(history.c[name] for name in Change.__struct_fields__))
    .where(history.c.subject_id == bindparam("subject"))
    .order_by(history.c.id)
)
_latest = (
    select(*(history.c[name] for name in Change.__struct_fields__))
    .where(history.c.subject_id == bindparam("subject"))
    .order_by(history.c.id.desc())
    .limit(1)
)


def changes(connection: Connection, subject_id: str) -> list[Change]:
    return [Change(*row) for row in connection.run(_of, subject=subject_id).all()]


def latest(connection: Connection, subject_id: str) -> Change | None:
    row = connection.run(_latest, subject=subject_id).first()
    return Change(*row) if row else None
