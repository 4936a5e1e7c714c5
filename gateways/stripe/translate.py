"""Stripe's events in our words.  Pure: no SDK, no network, no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from domain.payments.ports import Captured, NotOurs, Outcome, PaymentEvent
from gateways.stripe.objects import (
    Charge,
    Intent,
    captured_charge,
    declined,
    outcome_of,
)


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw


class Envelope(msgspec.Struct, frozen=True):
    """What every event has.  ``created``: seconds since 1970."""

    id: str
    type: str
    created: int
    data: _Data


class _Tagged(msgspec.Struct, frozen=True):
    metadata: dict[str, str] | None = None


T = TypeVar("T", Intent, Charge)
Reading = Outcome | str
"""An outcome, or why the object has none for us."""


def _read(kind: type[T], meaning: Callable[[T], Reading]) -> Callable[[msgspec.Raw], Reading]:
    decoder = msgspec.json.Decoder(kind)
    return lambda raw: meaning(decoder.decode(raw))


def _status(intent: Intent) -> Outcome:
    return outcome_of(intent, confirmed_by_us=False)


def _failed(intent: Intent) -> Reading:
    """The attempt failed; whether that ends the payment, the domain knows."""
    if intent.last_payment_error is None:
        raise msgspec.ValidationError(f"{intent.id} failed without a last_payment_error")
    return declined(intent.last_payment_error, intent.id)


def _charged(charge: Charge) -> Captured | str:
    if charge.status != "succeeded" or not charge.captured:
        return f"the charge is {charge.status}, captured: {charge.captured}"
    return captured_charge(charge)


TRANSLATORS: dict[str, Callable[[msgspec.Raw], Reading]] = {
    "payment_intent.succeeded": _read(Intent, _status),
    "payment_intent.processing": _read(Intent, _status),
    "payment_intent.requires_action": _read(Intent, _status),
    "payment_intent.canceled": _read(Intent, _status),
    "payment_intent.payment_failed": _read(Intent, _failed),
    "charge.succeeded": _read(Charge, _charged),
    # Where Stripe captures asynchronously, the balance transaction comes with this one.
    "charge.updated": _read(Charge, _charged),
}
"""The types that tell us something.  ``payment_intent.created`` does not: it is sent before the
confirmation in the same request, and would call a payment ``requires_action`` that is not."""

_envelope = msgspec.json.Decoder(Envelope)
_tagged = msgspec.json.Decoder(_Tagged)


def translate(payload: bytes | str) -> PaymentEvent | NotOurs:
    """The event in our words, or why it is not about a payment of ours.

    ``msgspec.MsgspecError`` when it cannot be read: an event about our money is never dropped for that.
    """
    event = _envelope.decode(payload)
    read = TRANSLATORS.get(event.type)
    if read is None:
        return NotOurs(event_id=event.id, reason=f"we do not follow {event.type}")
    payment_id = (_tagged.decode(event.data.object).metadata or {}).get("payment_id")
    if not payment_id:
        return NotOurs(event_id=event.id, reason="it carries no payment_id in its metadata")
    reading = read(event.data.object)
    if isinstance(reading, str):
        return NotOurs(event_id=event.id, reason=reading)
    occurred_at = datetime.fromtimestamp(event.created, UTC)
    return PaymentEvent(event_id=event.id, occurred_at=occurred_at, payment_id=payment_id, outcome=reading)
