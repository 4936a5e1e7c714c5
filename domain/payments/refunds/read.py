"""Read refunds."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select

from domain.bookings import read as bookings
from domain.database import Connection
from domain.payments.refunds.states import OPEN, RefundStatus
from domain.payments.refunds.tables import refund
from domain.schema.reader import Reader


class Refund(msgspec.Struct, frozen=True):
    id: str
    payment_id: str
    booking_id: str
    client_id: str
    provider: str
    amount_minor: int
    currency: str
    charged_as: str | None
    source: str
    reason: str
    status: str
    provider_id: str | None
    error_code: str | None
    error_message: str | None
    generation: int
    unique_key: str
    submitted_at: datetime | None
    absent_since: datetime | None
    created_at: datetime
    settled_at: datetime | None


_reader = Reader(refund, Refund)
by_id, find = _reader.by_id, _reader.find
_for_client = _reader.select.where(refund.c.id == bindparam("refund_id"), refund.c.client_id == bindparam("of_client"))
_by_key = _reader.select.where(refund.c.unique_key == bindparam("of_key"))
_of_payment = _reader.select.where(refund.c.payment_id == bindparam("of_payment")).order_by(refund.c.id)
_of_booking = _reader.select.where(refund.c.booking_id == bindparam("of_booking")).order_by(refund.c.id)
_open_of_payment = select(refund.c.id).where(
    refund.c.payment_id == bindparam("of_payment"),
    refund.c.status.in_([literal_column(f"'{status.value}'") for status in OPEN]),
)
_standing = select(cast(func.coalesce(func.sum(refund.c.amount_minor), 0), BigInteger)).where(
    refund.c.payment_id == bindparam("of_payment"),
    refund.c.status != literal_column(f"'{RefundStatus.FAILED.value}'"),
)


def for_client(connection: Connection, refund_id: str, client_id: str) -> Refund:
    """Return the refund; ``NotFound`` for everybody but the client who gets it."""
    return _reader.one(connection, _for_client, refund_id=refund_id, of_client=client_id)


def by_unique_key(connection: Connection, unique_key: str) -> Refund | None:
    return _reader.first(connection, _by_key, of_key=unique_key)


def of_payment(connection: Connection, payment_id: str) -> list[Refund]:
    return _reader.all(connection, _of_payment, of_payment=payment_id)


def of_booking(connection: Connection, booking_id: str, client_id: str) -> list[Refund]:
    """Return the client's refunds of a booking, oldest first; ``NotFound`` unless the booking is the client's."""
    bookings.for_client(connection, booking_id, client_id)
    return _reader.all(connection, _of_booking, of_booking=booking_id)


def open_of_payment(connection: Connection, payment_id: str) -> list[str]:
    """Return the ids of the payment's refunds that have no final outcome yet."""
    return [row[0] for row in connection.run(_open_of_payment, of_payment=payment_id).all()]


def standing_minor(connection: Connection, payment_id: str) -> int:
    """Return how much of a payment our refunds send or sent back, in minor units."""
    return int(connection.run(_standing, of_payment=payment_id).scalar())
