"""The port of a provider that pays workers out, in no provider's words.

Two steps: the money moves from our balance at the provider to the worker's own there, and from there to the
worker's bank.  Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class PayoutOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to pay out.  The same order under the same ``request_key`` is the same request.  ``provider``: by
    whom."""

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
    """When it was first submitted, aware."""
    provider_id: str | None
    """The provider's own id of the payout to the bank, once we heard it."""


class Transferred(msgspec.Struct, frozen=True, kw_only=True, tag="transferred"):
    """The money is in the worker's balance at the provider."""

    provider_id: str


class FundsPending(msgspec.Struct, frozen=True, kw_only=True, tag="funds_pending"):
    """Nothing happened: the money is there, but not available yet.  To be asked again under another key, because
    a provider may repeat this answer for its key."""

    provider_id: None = None


class PayoutSent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """On its way to the bank; the provider will tell us by an event."""

    provider_id: str


class PayoutPaid(msgspec.Struct, frozen=True, kw_only=True, tag="paid"):
    provider_id: str


class PayoutFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The bank or the provider did not take it, or sent it back: the money is in the worker's balance at the
    provider, or never left ours.  ``provider_id`` None: it was not even made."""

    provider_id: str | None
    code: str
    message: str


PayoutOutcome = PayoutSent | PayoutPaid | PayoutFailed


class PayoutEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payout"):
    """An event in our words.  ``destination``: whose account it is about; ``generation``: of the key that it was
    made with."""

    event_id: str
    occurred_at: datetime
    payout_id: str
    destination: str | None
    generation: int
    outcome: PayoutOutcome


class Payouts(Protocol):
    """A provider that pays out.  Not thread safe: all calls come from one event loop."""

    async def transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred:
        """Move the money to the worker's balance there; repeatable under its key."""
        ...

    async def find_transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred | None:
        """The transfer of this payout, of whichever generation; None: it is not there."""
        ...

    async def pay(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | FundsPending:
        """Send it on to the worker's bank; repeatable under its key."""
        ...

    async def look_up(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | None:
        """Return the outcome of the payout of this generation, whether or not we know the provider's id; None: it is
        not there."""
        ...
