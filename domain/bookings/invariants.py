"""Invariants of bookings and the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.bookings.worker_share import WORKER_SHARE
from domain.ledger.checks import Check, literals, of_noun, of_transfers
from domain.ledger.codes import Code
from domain.ledger.tables import transfer


def _posted(*codes: Code) -> ColumnElement[int]:
    amount = func.coalesce(func.sum(transfer.c.amount_minor), 0)
    mine = select(amount).where(transfer.c.cause_id == booking.c.id, transfer.c.code.in_(literals(*codes)))
    return mine.scalar_subquery()


_released_otherwise = select(booking.c.id).where(
    _posted(Code.RELEASE_WORKER) > 0,
    (_posted(Code.RELEASE_WORKER, Code.RELEASE_FEE, Code.RELEASE_TAX) != booking.c.total_minor)
    | (_posted(Code.RELEASE_WORKER) != WORKER_SHARE),
)
_released_too_early = (
    select(transfer.c.id)
    .outerjoin(booking, transfer.c.cause_id == booking.c.id)
    .where(
        transfer.c.code == Code.RELEASE_WORKER.value,
        func.coalesce(booking.c.status, "").not_in(
            literals(BookingStatus.APPROVED, BookingStatus.DISPUTED, BookingStatus.CANCELLED)
        ),
    )
)
CHECKS: tuple[Check, ...] = (
    of_noun("booking {} was released, but not as its price and fees say", _released_otherwise, booking.c.id, "bkg"),
    of_transfers("transfer {} releases a booking that was never approved", _released_too_early),
)
