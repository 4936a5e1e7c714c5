"""The port of a card provider, in no provider's words.

Every call may also raise one of :mod:`domain.provider_errors`.  A declined card is an outcome, not an
error.  ``deadline`` bounds the whole call, from the wait for a connection to the last byte.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class CardOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to take money.  The same order under the same ``request_key`` is the same request.  ``provider``: by
    whom."""

    provider: str
    payment_id: str
    booking_id: str
    amount_minor: int
    currency: str
    payment_method: str | None
    """None: the client confirms by itself, with the secret of :class:`RequiresAction`."""
    request_key: str
    created_at: datetime
    """When it was first submitted, aware: where a look-up begins."""
    provider_id: str | None
    """The provider's own id, once we heard it."""
    description: str


class Captured(msgspec.Struct, frozen=True, kw_only=True, tag="captured"):
    """The money was taken.  ``fee_minor``: the provider's fee in ``currency``; None where this word of it
    does not say, or says it in another currency."""

    provider_id: str
    charge_id: str
    amount_minor: int
    currency: str
    fee_minor: int | None = None
    balance_transaction_id: str | None = None


class RequiresAction(msgspec.Struct, frozen=True, kw_only=True, tag="requires_action"):
    """The client's turn: to confirm, or to prove who it is."""

    provider_id: str
    client_secret: str
    next_action_url: str | None = None


class Processing(msgspec.Struct, frozen=True, kw_only=True, tag="processing"):
    """The provider will tell us by an event."""

    provider_id: str


class Declined(msgspec.Struct, frozen=True, kw_only=True, tag="declined"):
    """No money was taken.  ``code`` and ``message`` may be shown to who pays."""

    provider_id: str | None
    code: str
    message: str


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled"):
    """Nobody can confirm it any more."""

    provider_id: str


Outcome = Captured | RequiresAction | Processing | Declined | Cancelled


class PaymentEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payment"):
    """An event in our words."""

    event_id: str
    occurred_at: datetime
    payment_id: str
    outcome: Outcome


class NotOurs(msgspec.Struct, frozen=True, kw_only=True):
    """An event that says nothing about a payment of ours, and why."""

    event_id: str
    reason: str


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """An event about money of ours that must not be applied, and why: an alarm."""

    event_id: str
    reason: str


class CardPayments(Protocol):
    """A card provider.  Not thread safe: all calls come from one event loop."""

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        """Create the payment there and, with a payment method, confirm it; repeatable under its key."""
        ...

    async def look_up(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        """Return the outcome of the order, whether or not we know the provider's id; None: it is not there, or nobody
        but the provider knows of it and no card was tried.

        Providers list late, so a single None proves nothing.
        """
        ...

    async def cancel(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        """See to it that nobody can confirm it later; repeatable.

        Answers with what it is then, which is :class:`Captured` when we were too late; None: as in ``look_up``.
        """
        ...

    async def close(self) -> None:
        """Give the connections back; no call may follow."""
        ...
