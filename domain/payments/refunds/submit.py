"""Prepare the calls to the provider: which order, under which key."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.payments import read as payments
from domain.payments.refunds import read
from domain.payments.refunds.move import move
from domain.payments.refunds.ports import RefundOrder
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.work import Ask, Submit


def begin(connection: Connection, cause: Cause, work: Submit) -> RefundOrder | None:
    """Return the order to submit; None when nothing is left to submit.

    Runs in the transaction of the claim, so no refund is submitted without a recorded attempt.
    """
    found = read.by_id(connection, work.refund_id)
    if found.status == RefundStatus.REQUESTED:
        move(connection, cause, found.id, found.status, RefundStatus.SUBMITTING, submitted_at=cause.now)
    elif found.status != RefundStatus.SUBMITTING:
        return None
    return _order_of(connection, cause, found)


def to_ask(connection: Connection, cause: Cause, work: Ask) -> RefundOrder | None:
    """Return the order to look up; None when it was never submitted, or the refund has ended."""
    found = read.by_id(connection, work.refund_id)
    if found.submitted_at is None or found.settled_at is not None:
        return None
    return _order_of(connection, cause, found)


def _order_of(connection: Connection, cause: Cause, found: Refund) -> RefundOrder:
    paid = payments.by_id(connection, found.payment_id)
    at_provider = found.charged_as or paid.provider_id
    if at_provider is None:
        raise ValueError(f"{paid.id} was captured without the provider's id")
    return RefundOrder(
        provider=found.provider,
        refund_id=found.id,
        payment_id=found.payment_id,
        booking_id=found.booking_id,
        payment_provider_id=at_provider,
        amount_minor=found.amount_minor,
        currency=found.currency,
        request_key=f"{found.id}:{found.generation}",
        created_at=found.submitted_at or cause.now,
        provider_id=found.provider_id,
    )
