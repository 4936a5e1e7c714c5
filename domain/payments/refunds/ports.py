"""The port of a provider that sends money back, in provider-neutral terms.

Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class RefundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to send money back by ``provider``.

    The same order under the same ``request_key`` is the same request.
    """

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
    """When the order was first submitted, aware."""
    provider_id: str | None
    """The provider's own id of the refund, once the provider has sent it to us."""


class Refunded(msgspec.Struct, frozen=True, kw_only=True, tag="refunded"):
    """The provider sent the money to the client."""

    provider_id: str


class RefundProcessing(msgspec.Struct, frozen=True, kw_only=True, tag="processing"):
    """The provider will send the outcome as an event."""

    provider_id: str


class RefundFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The client did not get the money, and the provider has returned it to us."""

    provider_id: str | None
    code: str
    message: str


class RefundPostponed(msgspec.Struct, frozen=True, kw_only=True, tag="postponed"):
    """Nothing happened: our balance at the provider is still too low.

    Retry under another key, because a provider may repeat this answer for the same key.
    """

    provider_id: None = None


RefundOutcome = Refunded | RefundProcessing | RefundFailed


class RefundEvent(msgspec.Struct, frozen=True, kw_only=True, tag="refund"):
    """A provider's event about a refund, in the terms of this port."""

    event_id: str
    occurred_at: datetime
    refund_id: str
    outcome: RefundOutcome


class PaymentRefunded(msgspec.Struct, frozen=True, kw_only=True, tag="payment_refunded"):
    """An event that states how much of a payment was refunded in total, but not by which refund."""

    event_id: str
    occurred_at: datetime
    payment_id: str
    refunded_minor: int


class Refunds(Protocol):
    """A provider that sends money back.  Not thread safe: all calls come from one event loop."""

    async def submit(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | RefundPostponed:
        """Send the money back; repeatable under the order's key."""
        ...

    async def look_up(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | None:
        """Return the outcome of the order, whether or not we know the provider's id; None when there is no refund."""
        ...
