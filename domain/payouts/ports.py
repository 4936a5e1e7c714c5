"""The port of a provider that pays workers out, in provider-neutral terms.

A payout has two steps: the money moves from our balance at the provider to the worker's balance there, and then to
the worker's bank.  Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class PayoutOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to pay out by ``provider``.  The same order under the same ``request_key`` is the same request."""

    provider: str
    payout_id: str
    booking_id: str
    worker_id: str
    destination: str
    """The provider's id of the worker's account."""
    charge_id: str
    """The provider's id of the charge that the money comes from."""
    amount_minor: int
    currency: str
    generation: int
    request_key: str
    created_at: datetime
    """When the order was first submitted, aware."""
    provider_id: str | None
    """The provider's own id of the payout to the bank, once the provider has sent it to us."""


class Transferred(msgspec.Struct, frozen=True, kw_only=True, tag="transferred"):
    """The money is in the worker's balance at the provider."""

    provider_id: str


class FundsPending(msgspec.Struct, frozen=True, kw_only=True, tag="funds_pending"):
    """Nothing happened: the money is at the provider, but not available yet.

    Retry under another key, because a provider may repeat this answer for the same key.
    """

    provider_id: None = None


class PayoutSent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """The money is on its way to the bank; the provider will send the outcome as an event."""

    provider_id: str


class PayoutPaid(msgspec.Struct, frozen=True, kw_only=True, tag="paid"):
    provider_id: str


class PayoutFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The bank or the provider refused the payout, or the bank returned it.

    The money is in the worker's balance at the provider, or never left ours.  ``provider_id`` None: the provider did
    not even create the payout.
    """

    provider_id: str | None
    code: str
    message: str


PayoutOutcome = PayoutSent | PayoutPaid | PayoutFailed


class PayoutEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payout"):
    """A provider's event about a payout, in the terms of this port.

    ``destination``: the provider's id of the account.  ``generation``: that of the key that created the payout.
    """

    event_id: str
    occurred_at: datetime
    payout_id: str
    destination: str | None
    generation: int
    outcome: PayoutOutcome


class Payouts(Protocol):
    """A provider that pays out.  Not thread safe: all calls come from one event loop."""

    async def transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred:
        """Move the money to the worker's balance at the provider; repeatable under the order's key."""
        ...

    async def find_transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred | None:
        """Return the transfer of this payout, of any generation; None when there is none."""
        ...

    async def pay(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | FundsPending:
        """Send the money to the worker's bank; repeatable under the order's key."""
        ...

    async def look_up(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | None:
        """Return the outcome of the payout of this generation, whether or not we know the provider's id.

        Return None when the provider has no such payout.
        """
        ...
