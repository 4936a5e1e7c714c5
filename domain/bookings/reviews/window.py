"""How long after its end a booking may be reviewed, and how long reviews are blind."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import REVIEW, STEPS
from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import last_time
from domain.steps import in_words, instead

WRITE_WITHIN = timedelta(days=14)
BLIND_FOR = timedelta(days=7)


def ended_at(connection: Connection, booking: Booking, now: datetime) -> datetime:
    """Return when a booking was approved, or cancelled after its work had begun.

    ``Conflict`` when neither has happened, or when the end was 14 days ago or more.
    """
    ended = last_time(connection, booking.id, booking.status)
    began = last_time(connection, booking.id, BookingStatus.IN_PROGRESS) is not None
    reviewable = booking.status == BookingStatus.APPROVED or (booking.status == BookingStatus.CANCELLED and began)
    if ended is None or not reviewable:
        raise Conflict("not_reviewable", f"The booking is {in_words(booking.status)}. {_instead(booking)}")
    if now - ended >= WRITE_WITHIN:
        raise Conflict(
            "review_too_late",
            f"The booking ended on {ended:%Y-%m-%d}. Reviews are possible for {WRITE_WITHIN.days} days after the end.",
        )
    return ended


def _instead(booking: Booking) -> str:
    if booking.status == BookingStatus.CANCELLED:
        return "Only work that has begun can be reviewed."
    return instead(REVIEW, booking.status, STEPS)
