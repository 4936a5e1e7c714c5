"""Read payouts."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.errors import NotFound
from domain.payouts.states import PayoutStatus
from domain.payouts.tables import payout


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


_columns = [payout.c[name] for name in Payout.__struct_fields__]
_by_id = select(*_columns).where(payout.c.id == bindparam("payout_id"))
_for_worker = _by_id.where(payout.c.worker_id == bindparam("of_worker"))
_on_hold = (
    select(*_columns)
    .where(
        payout.c.worker_id == bindparam("of_worker"),
        payout.c.status == literal_column(f"'{PayoutStatus.ON_HOLD.value}'"),
    )
    .order_by(payout.c.id)
)
_page = (
    select(*_columns)
    .where(payout.c.worker_id == bindparam("of_worker"), payout.c.id < bindparam("before"))
    .order_by(payout.c.id.desc())
    .limit(bindparam("most"))
)
_of_booking = select(*_columns).where(payout.c.booking_id == bindparam("of_booking"))


def by_id(connection: Connection, payout_id: str) -> Payout:
    found = find(connection, payout_id)
    if found is None:
        raise NotFound("payout")
    return found


def find(connection: Connection, payout_id: str) -> Payout | None:
    row = connection.run(_by_id, payout_id=payout_id).first()
    return Payout(*row) if row else None


def for_worker(connection: Connection, payout_id: str, worker_id: str) -> Payout:
    """Return the payout; ``NotFound`` for everybody but the worker who gets it."""
    row = connection.run(_for_worker, payout_id=payout_id, of_worker=worker_id).first()
    if row is None:
        raise NotFound("payout")
    return Payout(*row)


def of_booking(connection: Connection, booking_id: str) -> Payout | None:
    row = connection.run(_of_booking, of_booking=booking_id).first()
    return Payout(*row) if row else None


def on_hold(connection: Connection, worker_id: str) -> list[Payout]:
    """Return the worker's payouts that are on hold, oldest first."""
    return [Payout(*row) for row in connection.run(_on_hold, of_worker=worker_id).all()]


def page(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[Payout]:
    """Return the worker's payouts, newest first."""
    rows = connection.run(_page, of_worker=worker_id, before=before or "~", most=most).all()
    return [Payout(*row) for row in rows]
