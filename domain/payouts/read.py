"""Read payouts."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column

from domain.database import Connection
from domain.payouts.states import PayoutStatus
from domain.payouts.tables import payout
from domain.schema.reader import Reader, newest_first


class Payout(msgspec.Struct, frozen=True):
    id: str
    booking_id: str
    worker_id: str
    provider: str
    amount_minor: int
    currency: str
    status: str
    charge_id: str | None
    destination: str | None
    transfer_id: str | None
    provider_id: str | None
    error_code: str | None
    error_message: str | None
    generation: int
    submitted_at: datetime | None
    absent_since: datetime | None
    transferred_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


_reader = Reader(payout, Payout)
by_id, find = _reader.by_id, _reader.find
_of_worker = _reader.select.where(payout.c.worker_id == bindparam("of_worker"))
_for_worker = _of_worker.where(payout.c.id == bindparam("payout_id"))
_is_on_hold = payout.c.status == literal_column(f"'{PayoutStatus.ON_HOLD.value}'")
_on_hold = _of_worker.where(_is_on_hold).order_by(payout.c.id)
_page = newest_first(_of_worker, payout.c.id)
_of_booking = _reader.select.where(payout.c.booking_id == bindparam("of_booking"))


def for_worker(connection: Connection, payout_id: str, worker_id: str) -> Payout:
    """Return the payout; ``NotFound`` for everybody but the worker who gets it."""
    return _reader.one(connection, _for_worker, payout_id=payout_id, of_worker=worker_id)


def of_booking(connection: Connection, booking_id: str) -> Payout | None:
    return _reader.first(connection, _of_booking, of_booking=booking_id)


def on_hold(connection: Connection, worker_id: str) -> list[Payout]:
    """Return the worker's payouts that are on hold, oldest first."""
    return _reader.all(connection, _on_hold, of_worker=worker_id)


def page(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[Payout]:
    """Return the worker's payouts, newest first."""
    return _reader.page(connection, _page, of_worker=worker_id, before=before, most=most)
