"""Refund a second charge: the provider took the money of one payment twice, by two payments of its own.

The refund is automatic.  :mod:`domain.payments.record_outcome` explains how there can be two, and
``tasks/send_once.py`` prevents a second one when a Celery worker dies.
"""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.payments.fees import learn_fee
from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.work import RefundSecond
from domain.platform.outbox.enqueue import enqueue


def second_key(charged_as: str) -> str:
    """Return the unique key of the transfer of one second charge, by its id at the provider."""
    return f"{Code.SECOND_CHARGE}:{charged_as}"


def take(connection: Connection, cause: Cause, found: Payment, second: Captured) -> bool:
    """Post the money to its own unapplied account and queue its refund, in this transaction.

    Return True when the charge or its fee is news.
    """
    money = Transfer(
        debit=chart.clearing(found.provider),
        credit=chart.unapplied(second.provider_id),
        amount_minor=second.amount_minor,
        currency=second.currency,
        code=Code.SECOND_CHARGE,
        unique_key=second_key(second.provider_id),
        cause_id=found.id,
    )
    is_news = post(connection, cause, [money]) == 1
    if is_news:
        work = RefundSecond(payment_id=found.id, charged_as=second.provider_id)
        enqueue(connection, cause, work, unique_key=f"second:{second.provider_id}")
    return learn_fee(connection, cause, found, second, second=second.provider_id) or is_news
