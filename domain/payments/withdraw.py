"""Cancel the open payment of a booking that no longer needs it."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select

from domain.cause import Cause
from domain.database import Connection
from domain.payments import read
from domain.payments.states import OPEN, PaymentStatus
from domain.payments.submit import give_up
from domain.payments.tables import payment
from domain.payments.work import Withdraw
from domain.platform.outbox.enqueue import enqueue

_open = select(payment.c.id).where(
    payment.c.booking_id == bindparam("of_booking"),
    payment.c.status.in_([literal_column(f"'{status.value}'") for status in OPEN]),
)


def withdraw_open(connection: Connection, cause: Cause, booking_id: str, *, occasion: str) -> bool:
    """Cancel the booking's open payment; return True while the provider may still take its money.

    A payment that was never submitted is cancelled at once.  For any other, a cancellation at the provider is queued,
    once for each ``occasion``, and its outcome is recorded later.
    """
    row = connection.run(_open, of_booking=booking_id).first()
    if row is None:
        return False
    found = read.by_id(connection, row[0])
    if found.status == PaymentStatus.ACCEPTED:
        give_up(connection, cause, found)
        return False
    enqueue(connection, cause, Withdraw(payment_id=found.id), unique_key=f"withdraw:{found.id}:{occasion}")
    return True
