"""Accept a payment: store the idempotency key, the payment and its task in one transaction.

No money moves here: the queued task asks the provider for it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam

from domain.bookings import read as bookings
from domain.bookings.read import Booking
from domain.bookings.steps import PAY, STEPS
from domain.cause import Cause
from domain.currencies import check_provider
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.record import record
from domain.payments import read
from domain.payments.read import Payment
from domain.payments.states import PaymentStatus
from domain.payments.tables import payment
from domain.payments.work import Submit, submit_key
from domain.platform.idempotency.claim import IdempotencyKey, claim
from domain.platform.outbox.enqueue import ensure_queued
from domain.schema.upsert import upsert
from domain.steps import in_words, instead

ACCEPTED = 202
_insert = upsert(payment).values({name: bindparam(name) for name in Payment.__struct_fields__}).on_conflict_do_nothing()


class NewPayment(msgspec.Struct, frozen=True):
    """A client's request to pay.  It has no amount: the amount comes from the booking."""

    booking_id: str
    provider: str
    payment_method: str | None


class Accepted(msgspec.Struct, frozen=True):
    payment: Payment
    replayed: bool


def accept(connection: Connection, cause: Cause, new: NewPayment, key: IdempotencyKey) -> Accepted:
    """Store the payment and queue its submission; return the payment.

    ``NotFound`` when the booking is not the actor's; ``Conflict`` when it was paid, is being paid, or ended.  The same
    key with the same body returns the same payment; the same key with another body is ``Invalid``.
    """
    payment_id = cause.new_id("pay")
    found = bookings.asked(connection, new.booking_id)
    earlier = claim(connection, cause, key, status=ACCEPTED, resource_id=payment_id)
    if earlier is not None:
        return Accepted(read.by_id(connection, earlier.resource_id), replayed=True)
    booking = bookings.of(found)
    if booking.client_id != cause.actor:
        raise NotFound("booking")
    _require_payable(booking, cause.now)
    check_provider(booking.total_minor, booking.currency, new.provider)
    made = Payment(
        id=payment_id,
        booking_id=booking.id,
        client_id=booking.client_id,
        provider=new.provider,
        payment_method=new.payment_method,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        status=PaymentStatus.ACCEPTED.value,
        provider_id=None,
        charge_id=None,
        client_secret=None,
        next_action_url=None,
        error_code=None,
        error_message=None,
        generation=1,
        submitted_at=None,
        absent_since=None,
        created_at=cause.now,
        settled_at=None,
    )
    inserted = connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, PaymentStatus.ACCEPTED)
    ensure_queued(connection, cause, Submit(payment_id=made.id), unique_key=submit_key(made.id))
    if not inserted.changed:  # checked last, because the three statements go to the database together
        raise Conflict("payment_open", "Another payment for this booking is under way. Wait for its outcome.")
    return Accepted(made, replayed=False)


def _require_payable(booking: Booking, now: datetime) -> None:
    if booking.status not in PAY.before:
        hint = instead(PAY, booking.status, STEPS)
        raise Conflict("booking_not_payable", f"The booking is {in_words(booking.status)}. {hint}")
    if booking.expires_at is not None and booking.expires_at <= now:
        end = f"{booking.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        raise Conflict("booking_not_payable", f"The time to pay for this booking ended at {end}. Hire again.")
