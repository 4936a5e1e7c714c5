"""Read bookings; only the two parties see one."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_, select

from domain.bookings.tables import booking
from domain.database import Connection
from domain.errors import NotFound


class Booking(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    application_id: str
    client_id: str
    worker_id: str
    status: str
    price_minor: int
    client_fee_minor: int
    worker_fee_minor: int
    total_minor: int
    currency: str
    created_at: datetime


_columns = [booking.c[name] for name in Booking.__struct_fields__]
_by_id = select(*_columns).where(booking.c.id == bindparam("booking_id"))
_for_party = _by_id.where(or_(booking.c.client_id == bindparam("party"), booking.c.worker_id == bindparam("party")))


def by_id(connection: Connection, booking_id: str) -> Booking:
    row = connection.run(_by_id, booking_id=booking_id).first()
    if row is None:
        raise NotFound("booking")
    return Booking(*row)


def for_party(connection: Connection, booking_id: str, party: str) -> Booking:
    """``NotFound`` for everybody but its client and its worker."""
    row = connection.run(_for_party, booking_id=booking_id, party=party).first()
    if row is None:
        raise NotFound("booking")
    return Booking(*row)
