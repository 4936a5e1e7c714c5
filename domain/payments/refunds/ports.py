"""The port of a provider that sends money back, in no provider's words.

Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class RefundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to send money back.  The same order under the same ``request_key`` is the same request.  ``provider``:
    by whom."""

    provider: str
    refund_id: str
    payment_id: str
    booking_id: str
    payment_provider_id: str
    """The provider's own id of the payment."""
    amount_minor: int
    currency: str
    request_key: str
    created_at: datetime
    """When it was first submitted, aware."""
    provider_id: str | None
    """The provider's own id of the refund, once we heard it."""


class Refunded(msgspec.Struct, frozen=True, kw_only=True, tag="refunded"):
    """The provider sent it on its way."""

    provider_id: str


class RefundProcessing(msgspec.Struct, frozen=True, kw_only=True, tag="processing"):
    """The provider will tell us by an event."""

    provider_id: str


class RefundFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The client did not get it, and the provider has given the money back to us."""

    provider_id: str | None
    code: str
    message: str


class RefundPostponed(msgspec.Struct, frozen=True, kw_only=True, tag="postponed"):
    """Nothing happened: our balance there does not have it yet.  To be asked again under another key, because
    a provider may repeat this answer for its key."""

    provider_id: None = None


RefundOutcome = Refunded | RefundProcessing | RefundFailed


class RefundEvent(msgspec.Struct, frozen=True, kw_only=True, tag="refund"):
    """An event in our words."""

    event_id: str
    occurred_at: datetime
    refund_id: str
    outcome: RefundOutcome


class PaymentRefunded(msgspec.Struct, frozen=True, kw_only=True, tag="payment_refunded"):
    """An event that tells how much of a payment went back in all, but not by which refund."""

    event_id: str
    occurred_at: datetime
    payment_id: str
    refunded_minor: int


class Refunds(Protocol):
    """A provider that sends money back.  Not thread safe: all calls come from one event loop."""

    async def submit(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | RefundPostponed:
        """Send it back; repeatable under its key."""
        ...

    async def look_up(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | None:
        """Return the outcome of the order, whether or not we know the provider's id; None: it is not there."""
        ...
