"""Prepare the calls to the provider: which order, under which key."""

from __future__ import annotations

from datetime import datetime

from domain.cause import Cause
from domain.database import Connection
from domain.payouts import read
from domain.payouts.hold import hold_if_suspended
from domain.payouts.move import move
from domain.payouts.ports import PayoutOrder
from domain.payouts.read import Payout
from domain.payouts.states import PayoutStatus
from domain.payouts.work import Ask, Pay, Transfer


def to_transfer(connection: Connection, cause: Cause, work: Transfer) -> PayoutOrder | None:
    """Return the order to transfer, in the transaction of the claim; None when it is made or no longer needed."""
    found = _begun(connection, cause, work.payout_id)
    if found is None or found.transfer_id is not None:
        return None
    return order_of(found, cause.now, f"{found.id}:transfer:{found.generation}")


def to_pay(connection: Connection, cause: Cause, work: Pay) -> PayoutOrder | None:
    """Return the order to pay out what was transferred; None when it is made or no longer needed."""
    found = _begun(connection, cause, work.payout_id)
    if found is None or found.transfer_id is None:
        return None
    return order_of(found, cause.now, f"{found.id}:{found.generation}")


def to_ask(connection: Connection, cause: Cause, work: Ask) -> PayoutOrder | None:
    """Return the order to look up; None when it was never submitted."""
    found = read.by_id(connection, work.payout_id)
    if found.transfer_id is None or found.submitted_at is None:
        return None
    return order_of(found, cause.now, f"{found.id}:{found.generation}")


def _begun(connection: Connection, cause: Cause, payout_id: str) -> Payout | None:
    found = read.by_id(connection, payout_id)
    if found.status not in (PayoutStatus.SCHEDULED, PayoutStatus.SUBMITTING):
        return None
    # A transfer that may be submitted already is completed: its money stays in an account that we control.
    is_asked = found.status == PayoutStatus.SUBMITTING and found.transfer_id is None
    if not is_asked and hold_if_suspended(connection, found):
        return None
    if found.status == PayoutStatus.SCHEDULED:
        move(connection, cause, found.id, found.status, PayoutStatus.SUBMITTING, submitted_at=cause.now)
        return read.by_id(connection, payout_id)
    return found


def order_of(found: Payout, now: datetime, request_key: str) -> PayoutOrder:
    if found.destination is None or found.charge_id is None:
        raise ValueError(f"{found.id} is {found.status} without a destination or a charge")
    return PayoutOrder(
        provider=found.provider,
        payout_id=found.id,
        booking_id=found.booking_id,
        worker_id=found.worker_id,
        destination=found.destination,
        charge_id=found.charge_id,
        amount_minor=found.amount_minor,
        currency=found.currency,
        generation=found.generation,
        request_key=request_key,
        created_at=found.submitted_at or now,
        provider_id=found.provider_id,
    )
