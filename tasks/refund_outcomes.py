"""Record the outcome of a refund for every task that learns it; a failed one is logged as an error, for an operator."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds import read
from domain.payments.refunds.ports import RefundFailed, RefundOutcome
from domain.payments.refunds.record_outcome import record_outcome
from runtime import logging

log = logging.get("handwork.refunds")


def record_and_warn(connection: Connection, cause: Cause, refund_id: str, outcome: RefundOutcome) -> bool:
    """Record the outcome, log a failed refund, and return whether the outcome was new.

    The log line comes twice when the transaction runs again.
    """
    is_news = record_outcome(connection, cause, refund_id, outcome)
    if is_news and isinstance(outcome, RefundFailed):
        found = read.by_id(connection, refund_id)
        log.error(
            "a refund failed",
            refund=found.id,
            payment=found.payment_id,
            booking=found.booking_id,
            amount_minor=found.amount_minor,
            currency=found.currency,
            code=outcome.code,
        )
    return is_news
