"""Stripe Connect as a provider of payout accounts: the port of ``domain.payouts.accounts``."""

from __future__ import annotations

from datetime import timedelta

from domain.payouts.accounts.ports import AccountAtProvider, AccountOrder, OnboardingLink
from gateways.stripe.asking import asking
from gateways.stripe.connect_client import ConnectApi
from gateways.stripe.connect_objects import Account, link_of, status_of


class StripePayoutAccounts:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: ConnectApi) -> None:
        self._api = api

    async def open(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider:
        return status_of(await asking(deadline, self._api.create_account(order), read=False))

    async def look_up(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider | None:
        found = await asking(deadline, self._find(order), read=True)
        return status_of(found[0]) if found else None

    async def link(self, provider_id: str, return_url: str, deadline: timedelta) -> OnboardingLink:
        return link_of(await asking(deadline, self._api.create_link(provider_id, return_url), read=True))

    async def _find(self, order: AccountOrder) -> list[Account]:
        if order.provider_id is not None:
            return [await self._api.retrieve_account(order.provider_id)]
        return await self._api.accounts_of(order)
