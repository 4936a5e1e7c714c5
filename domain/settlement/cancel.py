"""Cancel a booking before the work starts, by either party: the client gets everything back."""

from __future__ import annotations

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.note import Reason, write_note
from domain.bookings.read import Booking
from domain.bookings.reopen import reopen_job
from domain.bookings.states import BookingStatus
from domain.bookings.steps import CANCEL, require
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments import read as payments
from domain.payments.refunds.request import request_refund
from domain.payments.withdraw import withdraw_open


def cancel(connection: Connection, cause: Cause, booking_id: str, *, note: str) -> Booking:
    """Cancel the booking; ``NotFound`` for strangers; ``Conflict`` once the work has begun, or it is over."""
    found = read.for_party(connection, booking_id, cause.actor)
    require(CANCEL, found.status)
    call_off(connection, cause, found, Reason.CANCELLED, note)
    notify(connection, cause, found.other(cause.actor), Kind.BOOKING_CANCELLED, found.id)
    return read.by_id(connection, found.id)


def call_off(connection: Connection, cause: Cause, found: Booking, reason: Reason, note: str) -> None:
    """Cancel the booking, also after a no-show.  A capture that arrives later is refunded automatically."""
    change = move(connection, cause, found.id, BookingStatus(found.status), BookingStatus.CANCELLED)
    if note or reason is not Reason.CANCELLED:
        write_note(connection, found.id, change, reason, note)
    withdraw_open(connection, cause, found.id, occasion="cancelled")
    if found.status == BookingStatus.FUNDED:
        _give_back(connection, cause, found, reason)
    reopen_job(connection, cause, found)


def _give_back(connection: Connection, cause: Cause, found: Booking, reason: Reason) -> None:
    """Refund the whole payment: nothing of the price was earned, and our fee is for work that is done."""
    paid = payments.funding(connection, found.id)
    if paid is None:
        raise LookupError(f"{found.id} is funded, and no payment funded it")
    key, amount = f"called_off:{found.id}", paid.amount_minor
    request_refund(connection, cause, paid, amount_minor=amount, reason=reason.value, unique_key=key)
