"""Give up the payment of a booking that is under way, because nobody wants it any more."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select

from domain.cause import Cause
from domain.database import Connection
from domain.payments import read
from domain.payments.states import OPEN, PaymentState
from domain.payments.submit import give_up
from domain.payments.tables import payment
from domain.payments.work import Withdraw
from domain.platform.outbox.enqueue import enqueue

_open = select(payment.c.id).where(
    payment.c.booking_id == bindparam("of_booking"),
    payment.c.status.in_([literal_column(f"'{state.value}'") for state in OPEN]),
)


def withdraw_open(connection: Connection, cause: Cause, booking_id: str, *, occasion: str) -> bool:
    """True while the provider may yet take money for it: it was asked to cancel, and its answer will be recorded.

    Once an ``occasion``.  What was not sent yet is given up here and now.
    """
    row = connection.run(_open, of_booking=booking_id).first()
    if row is None:
        return False
    found = read.by_id(connection, row[0])
    if found.status == PaymentState.ACCEPTED:
        give_up(connection, cause, found)
        return False
    enqueue(connection, cause, Withdraw(payment_id=found.id), unique_key=f"withdraw:{found.id}:{occasion}")
    return True
