"""Change a booking's status by one conditional UPDATE."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.bookings.states import TRANSITIONS, BookingStatus
from domain.bookings.tables import booking
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.steps import in_words

_move = (
    update(booking)
    .where(booking.c.id == bindparam("booking_id"), booking.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


def move(connection: Connection, cause: Cause, booking_id: str, before: BookingStatus, after: BookingStatus) -> str:
    """Move a booking from ``before`` to ``after``; return the id of its history row.

    ``Conflict`` when ``TRANSITIONS`` does not allow that or the booking is no longer in ``before``.
    """
    if after not in TRANSITIONS[before] or not _change(connection, booking_id, before, after):
        raise Conflict("booking_status", f"The booking is no longer {in_words(before)}. Read it again.")
    return record(connection, cause, booking_id, before, after)


def try_move(
    connection: Connection, cause: Cause, booking_id: str, before: BookingStatus, after: BookingStatus
) -> bool:
    """Move a booking from ``before`` to ``after``; return False, without a change, when that is not possible."""
    if after not in TRANSITIONS[before] or not _change(connection, booking_id, before, after):
        return False
    record(connection, cause, booking_id, before, after)
    return True


def _change(connection: Connection, booking_id: str, before: BookingStatus, after: BookingStatus) -> bool:
    changed = connection.run(_move, booking_id=booking_id, before=before.value, after=after.value).changed
    return bool(changed)
