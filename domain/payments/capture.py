"""Post captured money: to the booking's held account, or to an unapplied account until it is refunded.

Money funds a booking only if the provider took the amount and the currency of the order.  Any other capture is
recorded too: the payment becomes captured, and its booking continues to wait for a payment.  The task that refunds
such money logs an error.
"""

from __future__ import annotations

from domain.bookings import move as booking_moves
from domain.bookings import read as bookings
from domain.bookings.states import BookingStatus
from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments.fees import learn_fee
from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.work import RefundLate
from domain.platform.outbox.enqueue import enqueue

WRONG_CODE = "capture_mismatch"


def capture_key(payment_id: str) -> str:
    """Return the unique key of the transfer that a payment's capture posts."""
    return f"capture:{payment_id}"


def is_as_ordered(found: Payment, amount_minor: int, currency: str) -> bool:
    return (amount_minor, currency) == (found.amount_minor, found.currency)


def wrong_text(found: Payment, taken: Captured) -> str:
    """Return the sentence that the client reads, with both amounts in minor units."""
    ordered = f"{found.amount_minor} {found.currency}"
    return f"The provider took {taken.amount_minor} {taken.currency} instead of {ordered} (minor units). We refund it."


def put(connection: Connection, cause: Cause, found: Payment, taken: Captured) -> None:
    """Post the capture of a payment that has just become captured; then notify both parties, or queue a refund."""
    funded = is_as_ordered(found, taken.amount_minor, taken.currency) and booking_moves.try_move(
        connection, cause, found.booking_id, BookingStatus.AWAITING_PAYMENT, BookingStatus.FUNDED
    )
    capture = Transfer(
        debit=chart.clearing(found.provider),
        credit=chart.held(found.booking_id) if funded else chart.unapplied(found.id),
        amount_minor=taken.amount_minor,
        currency=taken.currency,
        code=Code.CAPTURE,
        unique_key=capture_key(found.id),
        cause_id=found.id,
        booking_id=found.booking_id if funded else None,
    )
    post(connection, cause, [capture])
    learn_fee(connection, cause, found, taken)
    if funded:
        booking = bookings.by_id(connection, found.booking_id)
        notify(connection, cause, booking.client_id, Kind.PAYMENT_CAPTURED, found.id)
        notify(connection, cause, booking.worker_id, Kind.BOOKING_FUNDED, booking.id)
    else:
        enqueue(connection, cause, RefundLate(payment_id=found.id), unique_key=f"late:{found.id}")
