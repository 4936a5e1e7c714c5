"""The port of a provider that holds accounts for workers, in provider-neutral terms.

Every call may also raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class AccountOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to open an account at ``provider``.

    The same order under the same ``request_key`` is the same request.
    """

    provider: str
    payout_account_id: str
    worker_id: str
    email: str
    country: str
    request_key: str
    created_at: datetime
    """When the order was first submitted, aware: a look-up starts from this time."""
    provider_id: str | None
    """The provider's own id, once the provider has sent it to us."""


class LinkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The account that needs an onboarding page.  ``provider_id``: the provider's own id of the account."""

    provider: str
    provider_id: str


class AccountAtProvider(msgspec.Struct, frozen=True, kw_only=True):
    """The account as the provider describes it.

    ``is_ready``: the account accepts money and pays money out.  ``requirements``: what the provider still requires, in
    its own terms.  ``disabled_reason``: why the account pays nothing out, if the provider states a reason.
    ``is_refused``: the account will never be ready.
    """

    provider_id: str
    is_ready: bool
    is_submitted: bool
    requirements: tuple[str, ...] = ()
    disabled_reason: str | None = None
    is_refused: bool = False


class OnboardingLink(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the provider's, for its worker only and valid for a few minutes."""

    url: str
    expires_at: datetime


class PayoutAccountEvent(msgspec.Struct, frozen=True, kw_only=True, tag="payout_account"):
    """An account of ours changed.  A look-up reads the change, because events come in any order."""

    event_id: str
    occurred_at: datetime
    payout_account_id: str


class PayoutAccounts(Protocol):
    """A provider of accounts.  Not thread safe: all calls come from one event loop."""

    async def open(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider:
        """Open an account; repeatable under the order's key."""
        ...

    async def look_up(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider | None:
        """Return the account, whether or not we know the provider's id; None when there is none."""
        ...

    async def link(self, provider_id: str, return_url: str, deadline: timedelta) -> OnboardingLink:
        """Return a fresh page for the account's worker; the page sends the worker back to ``return_url``."""
        ...
