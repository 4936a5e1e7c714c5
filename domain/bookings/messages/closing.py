"""When a thread can no longer be written in; it can be read for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from domain.bookings.messages.parties import Parties
from domain.bookings.states import BookingState
from domain.bookings.tables import booking
from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import last_time
from domain.marketplace.applications.states import ApplicationState

OPEN_AFTER_THE_END = timedelta(days=30)
"""For what is left to say: a forgotten tool, a thank you."""

CAME_TO_NOTHING = frozenset({ApplicationState.DECLINED, ApplicationState.WITHDRAWN})
ENDED = frozenset({BookingState.APPROVED, BookingState.CANCELLED, BookingState.EXPIRED})

_booking = select(booking.c.id, booking.c.status).where(booking.c.application_id == bindparam("of_application"))


def check_open(connection: Connection, parties: Parties, now: datetime) -> None:
    """``Conflict`` once the application came to nothing, or 30 days after its booking ended."""
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
