"""The translator of the fakes' events; register it under the provider's name that the test uses."""

from __future__ import annotations

import msgspec

from domain.payments.ports import PaymentEvent
from domain.payments.refunds.ports import PaymentRefunded, RefundEvent
from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.ports import PayoutEvent

Event = PaymentEvent | RefundEvent | PaymentRefunded | PayoutAccountEvent | PayoutEvent
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def translate(payload: str) -> Event:
    """Decode an event; its tag names the type."""
    return _decoder.decode(payload)
