"""Translate Stripe's events into the domain's.  Pure: no SDK, no network, no clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from domain.payments.ports import Captured, Outcome, PaymentEvent
from domain.payments.refunds.ports import PaymentRefunded, RefundEvent
from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.ports import PayoutEvent
from domain.platform.inbox.ports import NotOurs, Suspect
from gateways.stripe.envelope import Envelope, about, tag_of
from gateways.stripe.objects import Charge, Intent, captured_charge, declined, outcome_of
from gateways.stripe.refund_objects import Refund, refund_outcome_of
from gateways.stripe.translate_connect import CONNECT_TRANSLATORS

T = TypeVar("T", Intent, Charge, Refund)
Event = PaymentEvent | RefundEvent | PaymentRefunded | PayoutAccountEvent | PayoutEvent
Reading = Callable[[Envelope], Event | str]
"""Returns the event in the domain's terms, or why the event does not concern us."""

_envelope = msgspec.json.Decoder(Envelope)


def _payment(kind: type[T], meaning: Callable[[T], Outcome | str]) -> Reading:
    decoder = msgspec.json.Decoder(kind)

    def read(event: Envelope, payment_id: str) -> PaymentEvent | str:
        outcome = meaning(decoder.decode(event.data.object))
        if isinstance(outcome, str):
            return outcome
        return PaymentEvent(event_id=event.id, occurred_at=event.occurred_at, payment_id=payment_id, outcome=outcome)

    return about("payment_id", read)


_refunds = msgspec.json.Decoder(Refund)
_charges = msgspec.json.Decoder(Charge)


def _refund(event: Envelope, refund_id: str) -> RefundEvent:
    outcome = refund_outcome_of(_refunds.decode(event.data.object))
    return RefundEvent(event_id=event.id, occurred_at=event.occurred_at, refund_id=refund_id, outcome=outcome)


def _refunded(event: Envelope, payment_id: str) -> PaymentRefunded:
    refunded = _charges.decode(event.data.object).amount_refunded
    return PaymentRefunded(
        event_id=event.id, occurred_at=event.occurred_at, payment_id=payment_id, refunded_minor=refunded
    )


def _status(intent: Intent) -> Outcome:
    return outcome_of(intent, confirmed_by_us=False)


def _failed(intent: Intent) -> Outcome:
    """Return the failed attempt as a decline; the domain decides whether the decline ends the payment."""
    if intent.last_payment_error is None:
        raise msgspec.ValidationError(f"{intent.id} failed without a last_payment_error")
    return declined(intent.last_payment_error, intent.id)


def _charged(charge: Charge) -> Captured | str:
    if charge.status != "succeeded" or not charge.captured:
        return f"the charge is {charge.status}, captured: {charge.captured}"
    return captured_charge(charge)


TRANSLATORS: dict[str, Reading] = {
    "payment_intent.succeeded": _payment(Intent, _status),
    "payment_intent.processing": _payment(Intent, _status),
    "payment_intent.requires_action": _payment(Intent, _status),
    "payment_intent.canceled": _payment(Intent, _status),
    "payment_intent.payment_failed": _payment(Intent, _failed),
    "charge.succeeded": _payment(Charge, _charged),
    # Where Stripe captures asynchronously, the balance transaction comes with this event.
    "charge.updated": _payment(Charge, _charged),
    "refund.created": about("refund_id", _refund),
    "refund.updated": about("refund_id", _refund),
    "refund.failed": about("refund_id", _refund),
    "charge.refunded": about("payment_id", _refunded),
}
"""The event types that we follow.  ``payment_intent.created`` is not one: Stripe sends that event before the
confirmation in the same request, so it would report ``requires_action`` for a payment that needs none."""


def translate(payload: bytes | str) -> Event | NotOurs | Suspect:
    """Return the event in the domain's terms, or ``NotOurs``, or ``Suspect`` for an event that must not be applied.

    Payments, charges and refunds are the platform's own.  A connected account can make any of them, with our ids in
    the metadata: an event of these types that names an account says nothing about our money, on either endpoint.

    ``msgspec.MsgspecError`` when the payload is malformed: an event about our money is never dropped for that.
    """
    event = _envelope.decode(payload)
    if event.account is not None and event.type in TRANSLATORS:
        return _of_account(event, event.account)
    read: Reading | None = TRANSLATORS.get(event.type) or CONNECT_TRANSLATORS.get(event.type)
    found = f"we do not follow {event.type}" if read is None else read(event)
    return NotOurs(event_id=event.id, reason=found) if isinstance(found, str) else found


def _of_account(event: Envelope, account: str) -> NotOurs | Suspect:
    """Return ``Suspect`` for an event with an id of ours, else ``NotOurs``: an account may have its own customers."""
    about = tag_of(event, "payment_id") or tag_of(event, "refund_id")
    if about is None:
        return NotOurs(event_id=event.id, reason=f"it is about money of the connected account {account}")
    reason = f"{event.type} of {about} names the connected account {account}; only the platform's own are applied"
    return Suspect(event_id=event.id, reason=reason)
