"""The worker completes a booking.  Then the client approves it or asks for changes, or it is approved automatically."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, update

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.note import Reason, write_note
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import COMPLETE, require
from domain.bookings.tables import booking
from domain.bookings.work import ApproveByItself, WarnOfApproval
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

APPROVE_AFTER = timedelta(hours=72)
WARN_BEFORE = timedelta(hours=24)

_complete = (
    update(booking)
    .where(booking.c.id == bindparam("booking_id"))
    .values(
        completed_at=bindparam("now", type_=Instant()),
        approves_at=bindparam("then", type_=Instant()),
        rounds=bindparam("nth", type_=Integer()),
    )
)


def complete(
    connection: Connection, cause: Cause, booking_id: str, *, note: str, approve_after: timedelta = APPROVE_AFTER
) -> Booking:
    """Complete a booking, and queue its automatic approval and the warning before that; return the booking.

    ``NotFound`` for everybody but its worker; ``Conflict`` unless the booking is in progress.
    """
    found = read.for_worker(connection, booking_id, cause.actor)
    require(COMPLETE, found.status)
    change = move(connection, cause, found.id, BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED)
    if note:
        write_note(connection, found.id, change, Reason.COMPLETED, note)
    this_round, then = found.rounds + 1, cause.now + approve_after
    connection.run(_complete, booking_id=found.id, now=cause.now, then=then, nth=this_round)
    notify(connection, cause, found.client_id, Kind.BOOKING_COMPLETED, found.id, occasion=str(this_round))
    approve = ApproveByItself(booking_id=found.id, round=this_round)
    enqueue(connection, cause, approve, run_at=then, unique_key=f"approve:{found.id}:{this_round}")
    if approve_after > WARN_BEFORE:
        warn = WarnOfApproval(booking_id=found.id, round=this_round)
        key = f"approval_due:{found.id}:{this_round}"
        enqueue(connection, cause, warn, run_at=then - WARN_BEFORE, unique_key=key)
    return read.by_id(connection, found.id)


def warn_of_approval(connection: Connection, cause: Cause, work: WarnOfApproval) -> datetime | None:
    """Notify the client that a booking will soon be approved automatically.

    Return the due time when the task runs too early.  Nothing happens when the booking has left this completion since.
    """
    found = read.by_id(connection, work.booking_id)
    if found.status != BookingStatus.COMPLETED or found.rounds != work.round or found.approves_at is None:
        return None
    if cause.now < (due := found.approves_at - WARN_BEFORE):
        return due
    notify(connection, cause, found.client_id, Kind.BOOKING_APPROVAL_DUE, found.id, occasion=str(work.round))
    return None
