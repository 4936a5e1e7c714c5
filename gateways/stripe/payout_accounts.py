"""Stripe Connect as a provider of payout accounts: the port of ``domain.payouts.accounts``."""

from __future__ import annotations

from datetime import timedelta

from domain.payouts.accounts.ports import AccountOrder, AccountStatus, OnboardingLink
from gateways.stripe.asking import CLOCK_SKEW, asking, seconds
from gateways.stripe.connect_client import ConnectApi
from gateways.stripe.connect_objects import Account, link_of, status_of


class StripePayoutAccounts:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: ConnectApi) -> None:
        self._api = api

    async def open(self, order: AccountOrder, deadline: timedelta) -> AccountStatus:
        return status_of(await asking(deadline, self._api.create_account(order), read=False))

    async def look_up(self, order: AccountOrder, deadline: timedelta) -> AccountStatus | None:
        found = await asking(deadline, self._find(order), read=True)
        return None if found is None else status_of(found)

    async def link(self, provider_id: str, return_url: str, deadline: timedelta) -> OnboardingLink:
        return link_of(await asking(deadline, self._api.create_link(provider_id, return_url), read=True))

    async def _find(self, order: AccountOrder) -> Account | None:
        if order.provider_id is not None:
            return await self._api.retrieve_account(order.provider_id)
        after: str | None = None
        while True:
            page = await self._api.list_accounts(seconds(order.created_at - CLOCK_SKEW), after)
            for found in page.data:
                if (found.metadata or {}).get("payout_account_id") == order.payout_account_id:
                    return found
            if not page.has_more or not page.data:
                return None
            after = page.data[-1].id
