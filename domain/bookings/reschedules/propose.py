"""Either side proposes to do the work at another time."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert

from domain.bookings import read as bookings
from domain.bookings.read import Booking
from domain.bookings.reschedules import read
from domain.bookings.reschedules.move import move
from domain.bookings.reschedules.read import Reschedule
from domain.bookings.reschedules.states import RescheduleStatus
from domain.bookings.reschedules.tables import reschedule
from domain.bookings.steps import RESCHEDULE, require
from domain.cause import Cause
from domain.database import Connection
from domain.dates import Dates, check_dates
from domain.errors import Invalid
from domain.history.record import record
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify

_insert = insert(reschedule).values({name: bindparam(name) for name in Reschedule.__struct_fields__})


def propose(connection: Connection, cause: Cause, booking_id: str, dates: Dates, note: str) -> Reschedule:
    """Make a proposal, which supersedes an open one of either side; return it.

    ``NotFound`` for anybody but the two parties; ``Conflict`` once the work has begun or the booking has ended;
    ``Invalid`` for wrong dates.
    """
    found = before_work(connection, cause, booking_id)
    when = check_dates(cause.now, dates.starts_at, dates.ends_at)
    if when.starts_at is None:
        raise Invalid("date_out_of_range", "starts_at is missing: a proposal needs the new start.", "starts_at")
    standing = read.open_one(connection, found.id)
    if standing is not None:
        move(connection, cause, standing.id, RescheduleStatus.OPEN, RescheduleStatus.SUPERSEDED)
    made = Reschedule(
        id=cause.new_id("rsc"),
        booking_id=found.id,
        author_id=cause.actor,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        note=note,
        status=RescheduleStatus.OPEN.value,
        created_at=cause.now,
    )
    connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, RescheduleStatus.OPEN)
    other = found.other(cause.actor)
    notify(connection, cause, other, Kind.BOOKING_RESCHEDULE_PROPOSED, found.id, occasion=made.id)
    return made


def before_work(connection: Connection, cause: Cause, booking_id: str) -> Booking:
    """Return a booking whose dates can still change.

    ``NotFound`` for anybody but the two parties; ``Conflict`` once the work has begun or the booking has ended.
    """
    found = bookings.for_party(connection, booking_id, cause.actor)
    require(RESCHEDULE, found.status)
    return found
