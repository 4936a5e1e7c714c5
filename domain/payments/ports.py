"""The port of a card provider, in provider-neutral terms.

Every call may also raise one of :mod:`domain.provider_errors`.  A declined card is an outcome, not an
error.  ``deadline`` bounds the whole call, from the wait for a connection to the last byte.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class CardOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to take money at ``provider``.  The same order under the same ``request_key`` is the same request."""

    provider: str
    payment_id: str
    booking_id: str
    amount_minor: int
    currency: str
    payment_method: str | None
    """None: the client confirms the payment, with the secret of :class:`RequiresAction`."""
    request_key: str
    created_at: datetime
    """When the order was first submitted, aware: a look-up starts from this time."""
    provider_id: str | None
    """The provider's own id, once the provider has sent it to us."""
    description: str


class Captured(msgspec.Struct, frozen=True, kw_only=True, tag="captured"):
    """The money was taken.

    ``fee_minor`` is the provider's fee in ``currency``; None when this answer does not state the fee, or states it in
    another currency.
    """

    provider_id: str
    charge_id: str
    amount_minor: int
    currency: str
    fee_minor: int | None = None
    balance_transaction_id: str | None = None


class RequiresAction(msgspec.Struct, frozen=True, kw_only=True, tag="requires_action"):
    """The client must act: confirm the payment, or authenticate."""

    provider_id: str
    client_secret: str
    next_action_url: str | None = None


class Processing(msgspec.Struct, frozen=True, kw_only=True, tag="processing"):
    """The provider will send the outcome as an event."""

    provider_id: str


class Declined(msgspec.Struct, frozen=True, kw_only=True, tag="declined"):
    """No money was taken.  ``code`` and ``message`` may be shown to the client."""

    provider_id: str | None
    code: str
    message: str


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled"):
    """The payment was cancelled: nobody can confirm it any more."""

    provider_id: str


Outcome = Captured | RequiresAction | Processing | Declined | Cancelled


class PaymentEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payment"):
    """A provider's event about a payment, in the terms of this port."""

    event_id: str
    occurred_at: datetime
    payment_id: str
    outcome: Outcome


class CardPayments(Protocol):
    """A card provider.  Not thread safe: all calls come from one event loop."""

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        """Create the payment at the provider and, with a payment method, confirm it; repeatable under its key."""
        ...

    async def look_up(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        """Return the outcome of the order, whether or not we know the provider's id.

        Return None when the provider has no such payment, or when only the provider knows it and no card was tried.
        Providers list late, so a single None proves nothing.
        """
        ...

    async def cancel(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        """Cancel the payment so that nobody can confirm it later; repeatable.

        Return the resulting outcome, which is :class:`Captured` when the cancellation came too late; None as in
        ``look_up``.
        """
        ...

    async def close(self) -> None:
        """Close the connections; no call may follow."""
        ...
