"""Prepare the calls to the provider: which order, under which key."""

from __future__ import annotations

import msgspec

from domain.bookings import read as bookings
from domain.bookings.states import BookingStatus
from domain.cause import Cause
from domain.database import Connection
from domain.payments import read
from domain.payments.fees import knows_fee
from domain.payments.move import move
from domain.payments.ports import CardOrder
from domain.payments.read import Payment
from domain.payments.states import PaymentStatus
from domain.payments.work import Ask, Submit, Withdraw


def begin(connection: Connection, cause: Cause, work: Submit) -> CardOrder | None:
    """Return the order to submit; None when nothing is left to submit.

    Runs in the transaction of the claim, so no payment is submitted without a recorded attempt.
    """
    found = read.by_id(connection, work.payment_id)
    if found.status == PaymentStatus.ACCEPTED and not is_wanted(connection, found):
        give_up(connection, cause, found)
        return None
    if found.status == PaymentStatus.ACCEPTED:
        move(connection, cause, found.id, found.status, PaymentStatus.SUBMITTING, submitted_at=cause.now)
        return order_of(found, cause)
    return order_of(found, cause) if found.status == PaymentStatus.SUBMITTING else None


def is_wanted(connection: Connection, found: Payment) -> bool:
    """Return whether the booking still waits for a payment.

    Since this payment was accepted, an earlier one may have been captured late, or the booking cancelled.
    """
    return bookings.by_id(connection, found.booking_id).status == BookingStatus.AWAITING_PAYMENT


def give_up(connection: Connection, cause: Cause, found: Payment) -> None:
    """Cancel a payment that was never submitted, so nothing is charged."""
    move(
        connection,
        cause,
        found.id,
        PaymentStatus.ACCEPTED,
        PaymentStatus.CANCELLED,
        settled_at=cause.now,
        error_code="booking_not_payable",
        error_message="The booking no longer waits for a payment.",
    )


def to_ask(connection: Connection, cause: Cause, work: Ask) -> CardOrder | None:
    """Return the order to look up; None when it was never submitted, or nothing is left to learn."""
    found = read.by_id(connection, work.payment_id)
    if work.provider_id is not None:
        known = knows_fee(connection, found.id, work.provider_id)
        return None if known else _other(found, cause, work.provider_id)
    if found.status == PaymentStatus.CAPTURED and knows_fee(connection, found.id):
        return None
    return order_of(found, cause) if found.submitted_at is not None else None


def to_withdraw(connection: Connection, cause: Cause, work: Withdraw) -> CardOrder | None:
    """Return the order to cancel; None when it was never submitted."""
    found = read.by_id(connection, work.payment_id)
    if work.provider_id is not None:
        return _other(found, cause, work.provider_id)
    return order_of(found, cause) if found.submitted_at is not None else None


def _other(found: Payment, cause: Cause, provider_id: str) -> CardOrder:
    """Return the same order for another of the provider's payments."""
    return msgspec.structs.replace(order_of(found, cause), provider_id=provider_id)


def order_of(found: Payment, cause: Cause) -> CardOrder:
    return CardOrder(
        provider=found.provider,
        payment_id=found.id,
        booking_id=found.booking_id,
        amount_minor=found.amount_minor,
        currency=found.currency,
        payment_method=found.payment_method,
        request_key=f"{found.id}:{found.generation}",
        created_at=found.submitted_at or cause.now,
        provider_id=found.provider_id,
        description=f"Booking {found.booking_id}",
    )
