"""Read the changes of one object, oldest first."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, select

from domain.database import Connection
from domain.history.tables import history


class Change(msgspec.Struct, frozen=True):
    from_status: str | None
    to_status: str
    actor: str
    correlation_id: str
    at: datetime


_of = (
    select(*(history.c[name] for name in Change.__struct_fields__))
    .where(history.c.subject_id == bindparam("subject"))
    .order_by(history.c.id)
)
_last_time = select(func.max(history.c.at)).where(
    history.c.subject_id == bindparam("subject"), history.c.to_status == bindparam("status")
)


def changes(connection: Connection, subject_id: str) -> list[Change]:
    return [Change(*row) for row in connection.run(_of, subject=subject_id).all()]


def last_time(connection: Connection, subject_id: str, status: str) -> datetime | None:
    """Return when the subject last entered a status; None if it never did."""
    found: datetime | None = connection.run(_last_time, subject=subject_id, status=status).scalar()
    return found
