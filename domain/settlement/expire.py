"""Expire a booking that nobody paid in time, after its open payment is cancelled at the provider.

A capture that arrives before the cancellation funds the booking instead.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.reopen import reopen_job
from domain.bookings.states import BookingStatus
from domain.bookings.work import Expire, expire_key
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments.withdraw import withdraw_open
from domain.platform.outbox.enqueue import enqueue

FIRST_LOOK = timedelta(minutes=1)
LAST_LOOKS = timedelta(hours=1)
_DOUBLINGS = 6  # until the interval is an hour


def expire(connection: Connection, cause: Cause, work: Expire) -> datetime | None:
    """Expire the booking; return its due time when the call is too early.

    Do nothing when the booking was paid or cancelled.  While the provider may still capture a payment, queue another
    try for later.
    """
    found = read.by_id(connection, work.booking_id)
    if found.status != BookingStatus.AWAITING_PAYMENT:
        return None
    if found.expires_at is not None and cause.now < found.expires_at:
        return found.expires_at
    if withdraw_open(connection, cause, found.id, occasion=f"expired:{work.look}"):
        look = work.look + 1
        at = cause.now + min(FIRST_LOOK * 2 ** min(work.look, _DOUBLINGS), LAST_LOOKS)
        again = Expire(booking_id=found.id, look=look)
        enqueue(connection, cause, again, run_at=at, unique_key=expire_key(found.id, look))
        return None
    move(connection, cause, found.id, BookingStatus.AWAITING_PAYMENT, BookingStatus.EXPIRED)
    reopen_job(connection, cause, found)
    for party in (found.client_id, found.worker_id):
        notify(connection, cause, party, Kind.BOOKING_EXPIRED, found.id)
    return None
