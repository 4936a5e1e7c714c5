"""Count the bookings that a worker has finished."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, func, literal_column, select

from domain.bookings.states import BookingState
from domain.bookings.tables import booking

_APPROVED: ColumnElement[str] = literal_column(f"'{BookingState.APPROVED.value}'")
"""Not a bound value: SQLite would not use the partial index for one."""


def jobs_done(worker_id: ColumnElement[str]) -> ScalarSelect[int]:
    """Return a subquery: the approved bookings of the worker in this column, from an index that has no others."""
    mine = select(func.count()).where(booking.c.worker_id == worker_id, booking.c.status == _APPROVED)
    return mine.scalar_subquery()
