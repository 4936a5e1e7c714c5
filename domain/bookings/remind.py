"""Remind both parties that the agreed start is near."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bookings import read
from domain.bookings.states import BookingStatus
from domain.bookings.work import Remind
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.platform.outbox.enqueue import enqueue

REMIND_BEFORE = timedelta(hours=24)


def plan_reminder(connection: Connection, cause: Cause, booking_id: str, starts_at: datetime | None) -> None:
    """Queue a reminder 24 hours before the start.

    Nothing happens without a start, or when that time has passed: both parties have only just agreed on the start.
    """
    if starts_at is not None and starts_at - REMIND_BEFORE > cause.now:
        work = Remind(booking_id=booking_id, starts_at=starts_at)
        key = f"remind:{booking_id}:{starts_at:%Y%m%dT%H%M%S%f}"
        enqueue(connection, cause, work, run_at=starts_at - REMIND_BEFORE, unique_key=key)


def remind(connection: Connection, cause: Cause, work: Remind) -> datetime | None:
    """Notify both parties; return the due time when the task runs too early.

    Nothing happens when the booking is not funded (unpaid, begun or ended), or has another start by now.
    """
    found = read.by_id(connection, work.booking_id)
    if found.status != BookingStatus.FUNDED or found.starts_at != work.starts_at:
        return None
    if cause.now < (due := work.starts_at - REMIND_BEFORE):
        return due
    for party in (found.client_id, found.worker_id):
        notify(connection, cause, party, Kind.BOOKING_REMINDER, found.id, occasion=f"{work.starts_at:%Y%m%dT%H%M%S%f}")
    return None
