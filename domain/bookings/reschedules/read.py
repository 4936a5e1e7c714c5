"""Read the proposals to reschedule a booking."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.bookings.reschedules.states import RescheduleStatus
from domain.bookings.reschedules.tables import reschedule
from domain.database import Connection
from domain.errors import NotFound


class Reschedule(msgspec.Struct, frozen=True):
    """A proposal.  ``author_id`` is the client or the worker; only the other side can answer the proposal."""

    id: str
    booking_id: str
    author_id: str
    starts_at: datetime
    ends_at: datetime | None
    note: str
    status: str
    created_at: datetime


_columns = [reschedule.c[name] for name in Reschedule.__struct_fields__]
_of = reschedule.c.booking_id == bindparam("of_booking")
_one = select(*_columns).where(reschedule.c.id == bindparam("reschedule_id"), _of)
_open = select(*_columns).where(_of, reschedule.c.status == literal_column(f"'{RescheduleStatus.OPEN.value}'"))
_page = select(*_columns).where(_of, reschedule.c.id < bindparam("before")).order_by(reschedule.c.id.desc())
_page = _page.limit(bindparam("most"))


def one(connection: Connection, booking_id: str, reschedule_id: str) -> Reschedule:
    """Return a proposal; ``NotFound`` when this booking has no proposal with this id."""
    row = connection.run(_one, reschedule_id=reschedule_id, of_booking=booking_id).first()
    if row is None:
        raise NotFound("proposal")
    return Reschedule(*row)


def open_one(connection: Connection, booking_id: str) -> Reschedule | None:
    row = connection.run(_open, of_booking=booking_id).first()
    return Reschedule(*row) if row else None


def page(connection: Connection, booking_id: str, *, before: str | None, most: int) -> list[Reschedule]:
    """Return at most ``most`` proposals, the newest first, from those older than the id ``before``."""
    rows = connection.run(_page, of_booking=booking_id, before=before or "~", most=most).all()
    return [Reschedule(*row) for row in rows]
