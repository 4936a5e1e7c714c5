"""When a booking may be reviewed, and until when reviews are blind."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bookings.read import Booking
from domain.bookings.states import BookingState
from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import last_time

WRITE_WITHIN = timedelta(days=14)
BLIND_FOR = timedelta(days=7)


def ended_at(connection: Connection, booking: Booking, now: datetime) -> datetime:
    """When it was approved, or cancelled although the work had begun; ``Conflict`` when it was neither, or that
    was too long ago."""
    ended = last_time(connection, booking.id, booking.status)
    began = last_time(connection, booking.id, BookingState.IN_PROGRESS) is not None
    reviewable = booking.status == BookingState.APPROVED or (booking.status == BookingState.CANCELLED and began)
    if ended is None or not reviewable:
        raise Conflict("not_reviewable", f"A booking that is {booking.status} cannot be reviewed{_unless(booking)}.")
    if now - ended >= WRITE_WITHIN:
        raise Conflict("review_too_late", f"Reviews are written within {WRITE_WITHIN.days} days.")
    return ended


def _unless(booking: Booking) -> str:
    return " unless the work had begun" if booking.status == BookingState.CANCELLED else ""
