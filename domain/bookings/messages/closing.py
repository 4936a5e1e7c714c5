"""Check whether a thread still takes messages.  Its parties can read a closed thread for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from domain.bookings.messages.parties import Parties
from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import last_time
from domain.marketplace.applications.states import ApplicationStatus

OPEN_AFTER_THE_END = timedelta(days=30)
"""Time after the end of a booking for last messages, such as about a forgotten tool, or thanks."""

CAME_TO_NOTHING = frozenset({ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN})
ENDED = frozenset({BookingStatus.APPROVED, BookingStatus.CANCELLED, BookingStatus.EXPIRED})

_booking = select(booking.c.id, booking.c.status).where(booking.c.application_id == bindparam("of_application"))


def check_open(connection: Connection, parties: Parties, now: datetime) -> None:
    """Raise ``Conflict`` when the application was declined or withdrawn, or 30 days after its booking ended."""
    if parties.application_status in CAME_TO_NOTHING:
        raise Conflict("thread_closed", f"The application was {parties.application_status}.")
    row = connection.run(_booking, of_application=parties.application_id).first()
    if row is None:
        return
    booking_id, status = row
    if status not in ENDED:
        return
    ended = last_time(connection, booking_id, status)
    if ended is not None and now - ended >= OPEN_AFTER_THE_END:
        raise Conflict("thread_closed", f"The booking has been {status} for {OPEN_AFTER_THE_END.days} days.")
