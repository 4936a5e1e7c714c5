"""The other side accepts or refuses a proposal to reschedule."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.bookings import read as bookings
from domain.bookings.read import Booking
from domain.bookings.remind import plan_reminder
from domain.bookings.reschedules import read
from domain.bookings.reschedules.move import move
from domain.bookings.reschedules.propose import before_work
from domain.bookings.reschedules.read import Reschedule
from domain.bookings.reschedules.states import RescheduleStatus
from domain.bookings.reschedules.steps import ACCEPT, REFUSE, require
from domain.bookings.tables import booking
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Forbidden
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema import Instant
from domain.steps import Step

_set_dates = (
    update(booking)
    .where(booking.c.id == bindparam("booking_id"))
    .values(starts_at=bindparam("start", type_=Instant()), ends_at=bindparam("end", type_=Instant()))
)


def accept(connection: Connection, cause: Cause, booking_id: str, reschedule_id: str) -> Booking:
    """Accept a proposal, whose dates become the booking's; return the booking.

    ``NotFound`` for anybody but the two parties; ``Forbidden`` for the author of the proposal; ``Conflict`` when the
    proposal was answered or superseded, the work has begun, the booking has ended, or the proposed start has passed.
    """
    found = _answerable(connection, cause, booking_id, reschedule_id, ACCEPT)
    if found.starts_at <= cause.now:
        raise Conflict(
            "start_passed",
            f"The proposed start, {found.starts_at:%Y-%m-%dT%H:%M:%SZ}, has passed. Propose another one.",
        )
    move(connection, cause, found.id, RescheduleStatus.OPEN, RescheduleStatus.ACCEPTED)
    connection.run(_set_dates, booking_id=booking_id, start=found.starts_at, end=found.ends_at)
    plan_reminder(connection, cause, booking_id, found.starts_at)
    notify(connection, cause, found.author_id, Kind.BOOKING_RESCHEDULED, booking_id, occasion=found.id)
    return bookings.by_id(connection, booking_id)


def refuse(connection: Connection, cause: Cause, booking_id: str, reschedule_id: str) -> Booking:
    """Refuse a proposal, and leave the dates as they are; return the booking.  Errors as in ``accept``, but a proposed
    start may have passed."""
    found = _answerable(connection, cause, booking_id, reschedule_id, REFUSE)
    move(connection, cause, found.id, RescheduleStatus.OPEN, RescheduleStatus.REFUSED)
    notify(connection, cause, found.author_id, Kind.BOOKING_RESCHEDULE_REFUSED, booking_id, occasion=found.id)
    return bookings.by_id(connection, booking_id)


def _answerable(connection: Connection, cause: Cause, booking_id: str, reschedule_id: str, step: Step) -> Reschedule:
    before_work(connection, cause, booking_id)
    found = read.one(connection, booking_id, reschedule_id)
    if found.author_id == cause.actor:
        raise Forbidden("own_proposal", "Only the other side can answer a proposal.")
    require(step, found.status)
    return found
