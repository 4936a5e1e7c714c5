"""The client asks for changes: the booking is in progress again, with no automatic approval until it is completed."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.note import Reason, write_note
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import REQUEST_CHANGES, require
from domain.bookings.tables import booking
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify

_reopen = update(booking).where(booking.c.id == bindparam("booking_id")).values(completed_at=None, approves_at=None)


def request_changes(connection: Connection, cause: Cause, booking_id: str, *, note: str) -> Booking:
    """Move a booking back to ``in_progress`` with a note; return the booking.

    ``NotFound`` for everybody but its client; ``Conflict`` unless the booking is ``completed``.
    """
    found = read.for_client(connection, booking_id, cause.actor)
    require(REQUEST_CHANGES, found.status)
    change = move(connection, cause, found.id, BookingStatus.COMPLETED, BookingStatus.IN_PROGRESS)
    write_note(connection, found.id, change, Reason.CHANGES_REQUESTED, note)
    connection.run(_reopen, booking_id=found.id)
    notify(connection, cause, found.worker_id, Kind.BOOKING_CHANGES_REQUESTED, found.id, occasion=str(found.rounds))
    return read.by_id(connection, found.id)
