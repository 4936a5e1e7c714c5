"""The worker starts the work of a booking."""

from __future__ import annotations

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import START, require
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def start(connection: Connection, cause: Cause, booking_id: str) -> Booking:
    """Move a booking to ``in_progress``; return the booking.

    ``NotFound`` for everybody but its worker; ``Conflict`` unless the booking is funded.
    """
    found = read.for_worker(connection, booking_id, cause.actor)
    require(START, found.status)
    move(connection, cause, found.id, BookingStatus.FUNDED, BookingStatus.IN_PROGRESS)
    notify(connection, cause, found.client_id, Kind.BOOKING_STARTED, found.id)
    return read.by_id(connection, found.id)
