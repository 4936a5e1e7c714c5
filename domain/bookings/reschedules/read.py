"""Read the proposals to reschedule a booking."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column

from domain.bookings.reschedules.states import RescheduleStatus
from domain.bookings.reschedules.tables import reschedule
from domain.database import Connection
from domain.schema.reader import Reader, newest_first


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


_reader = Reader(reschedule, Reschedule, noun="proposal")
_all = _reader.select.where(reschedule.c.booking_id == bindparam("of_booking"))
_one = _all.where(reschedule.c.id == bindparam("reschedule_id"))
_open = _all.where(reschedule.c.status == literal_column(f"'{RescheduleStatus.OPEN.value}'"))
_page = newest_first(_all, reschedule.c.id)


def one(connection: Connection, booking_id: str, reschedule_id: str) -> Reschedule:
    """Return a proposal; ``NotFound`` when this booking has no proposal with this id."""
    return _reader.one(connection, _one, reschedule_id=reschedule_id, of_booking=booking_id)


def open_one(connection: Connection, booking_id: str) -> Reschedule | None:
    return _reader.first(connection, _open, of_booking=booking_id)


def page(connection: Connection, booking_id: str, *, before: str | None, most: int) -> list[Reschedule]:
    """Return at most ``most`` proposals, the newest first, from those older than the id ``before``."""
    return _reader.page(connection, _page, of_booking=booking_id, before=before, most=most)
