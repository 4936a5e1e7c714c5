"""The port of a provider that keeps accounts for workers, in no provider's words.

Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class AccountOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to open an account.  The same order under the same ``request_key`` is the same request.  ``provider``:
    by whom."""

    provider: str
    payout_account_id: str
    worker_id: str
    email: str
    country: str
    request_key: str
    created_at: datetime
    """When it was first submitted, aware: where a look-up begins."""
    provider_id: str | None
    """The provider's own id, once we heard it."""


class LinkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which account a page is wanted for.  ``provider_id``: the provider's own id of it."""

    provider: str
    provider_id: str


class AccountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The account as the provider has it.  ``is_ready``: money can be sent to it and paid out of it.  ``requirements``:
    what it still asks for, in its own words; ``disabled_reason``: why it pays nothing out, where it says so.
    ``is_refused``: it will never be ready."""

    provider_id: str
    is_ready: bool
    is_submitted: bool
    requirements: tuple[str, ...] = ()
    disabled_reason: str | None = None
    is_refused: bool = False


class OnboardingLink(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the provider's, for its worker only and for a few minutes."""

    url: str
    expires_at: datetime


class PayoutAccountEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payout_account"):
    """Something about an account of ours changed.  What, is asked: events come in any order."""

    event_id: str
    occurred_at: datetime
    payout_account_id: str


class PayoutAccounts(Protocol):
    """A provider of accounts.  Not thread safe: all calls come from one event loop."""

    async def open(self, order: AccountOrder, deadline: timedelta) -> AccountStatus:
        """Make one; repeatable under its key."""
        ...

    async def look_up(self, order: AccountOrder, deadline: timedelta) -> AccountStatus | None:
        """How it is now, whether or not we know the provider's id; None: it is not there."""
        ...

    async def link(self, provider_id: str, return_url: str, deadline: timedelta) -> OnboardingLink:
        """A fresh page for its worker, who comes back to ``return_url``."""
        ...
