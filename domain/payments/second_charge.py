"""The provider took the money of one payment twice, by two payments of its own: the second goes back by itself.

See :mod:`domain.payments.record_outcome` for how there can be two.
"""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.post import Transfer, post
from domain.ledger.read import is_posted
from domain.outbox.enqueue import enqueue
from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.work import Ask
from domain.refunds.work import RefundSecond

SECOND = "second_charge"
FEE_OF_SECOND = "second_charge_fee"
FEE_PATIENCE = timedelta(seconds=5)


def take(connection: Connection, cause: Cause, found: Payment, second: Captured) -> bool:
    """The money is kept apart and its refund queued, in this transaction; True when we had not heard of it."""
    money = Transfer(
        debit=chart.clearing(found.provider),
        credit=chart.unapplied(second.provider_id),
        amount_minor=second.amount_minor,
        currency=second.currency,
        code=SECOND,
        unique_key=f"{SECOND}:{second.provider_id}",
        cause_id=found.id,
    )
    is_news = post(connection, cause, [money]) == 1
    if is_news:
        work = RefundSecond(payment_id=found.id, charged_as=second.provider_id)
        enqueue(connection, cause, work, unique_key=f"second:{second.provider_id}")
    return _learn_fee(connection, cause, found, second) or is_news


def knows_fee(connection: Connection, provider_id: str) -> bool:
    """The provider's fee for this second charge was posted."""
    return is_posted(connection, _fee_key(provider_id))


def _fee_key(provider_id: str) -> str:
    return f"{FEE_OF_SECOND}:{provider_id}"


def _learn_fee(connection: Connection, cause: Cause, found: Payment, second: Captured) -> bool:
    """As of the first: events do not tell it, an answer to a question does."""
    if second.fee_minor is None:
        if not knows_fee(connection, second.provider_id):
            ask = Ask(payment_id=found.id, provider_id=second.provider_id)
            at = cause.now + FEE_PATIENCE
            enqueue(connection, cause, ask, run_at=at, unique_key=f"fee:{second.provider_id}")
        return False
    if second.fee_minor == 0:
        return False
    fee = Transfer(
        debit=chart.PROVIDER_FEE,
        credit=chart.clearing(found.provider),
        amount_minor=second.fee_minor,
        currency=second.currency,
        code=FEE_OF_SECOND,
        unique_key=_fee_key(second.provider_id),
        cause_id=found.id,
    )
    return post(connection, cause, [fee]) == 1
