"""What must always be true of bookings and the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.sql.base import Executable

from domain.bookings.states import BookingState
from domain.bookings.tables import booking
from domain.ledger.tables import transfer


def _posted(*codes: str) -> ColumnElement[int]:
    amount = func.coalesce(func.sum(transfer.c.amount_minor), 0)
    listed: list[ColumnElement[str]] = [literal_column(f"'{code}'") for code in codes]
    mine = select(amount).where(transfer.c.cause_id == booking.c.id, transfer.c.code.in_(listed))
    return mine.scalar_subquery()


_released_otherwise = (
    select(booking.c.id)
    .where(
        _posted("release_worker") > 0,
        (_posted("release_worker", "release_fee", "release_tax") != booking.c.total_minor)
        | (_posted("release_worker") != booking.c.price_minor - booking.c.worker_fee_minor),
    )
    .limit(20)
)
_released_too_early = (
    select(transfer.c.id)
    .outerjoin(booking, transfer.c.cause_id == booking.c.id)
    .where(
        transfer.c.code == "release_worker",
        func.coalesce(booking.c.status, "").not_in(
            [BookingState.APPROVED.value, BookingState.DISPUTED.value, BookingState.CANCELLED.value]
        ),
    )
    .limit(20)
)
CHECKS: tuple[tuple[str, Executable], ...] = (
    ("booking {} was released, but not as its price and fees say", _released_otherwise),
    ("transfer {} releases a booking that was never approved", _released_too_early),
)
