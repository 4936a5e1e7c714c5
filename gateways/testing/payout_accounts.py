"""A provider of payout accounts in memory: ``onboard`` acts as the owner, ``restrict`` as the provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from domain.payouts.accounts.ports import AccountAtProvider, AccountOrder, OnboardingLink, PayoutAccountEvent
from domain.provider_errors import Refused
from gateways.testing.faults import PROVIDER, Faults
from gateways.testing.keyed import Keyed
from gateways.testing.numbers import numbers

WANTED = ("external_account",)
LINK_LIVES = timedelta(minutes=5)
ELSEWHERE = "AQ"
"""A country for which the provider opens no accounts."""


class FakePayoutAccounts(Faults):
    """``clock`` dates the events and the links."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._numbers = numbers()
        self._orders: dict[str, AccountOrder] = {}
        self._ready: dict[str, bool] = {}
        self._opening: Keyed[AccountAtProvider] = Keyed(self)
        self.events: list[str] = []

    def made(self, payout_account_id: str) -> list[str]:
        """Return the ids of the accounts that the provider opened for one payout account of ours."""
        return [i for i, order in self._orders.items() if order.payout_account_id == payout_account_id]

    def onboard(self, provider_id: str) -> None:
        self._change(provider_id, is_ready=True)

    def restrict(self, provider_id: str) -> None:
        self._change(provider_id, is_ready=False)

    async def open(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider:
        terms = order.payout_account_id, order.country
        return await self._opening.ask(order.request_key, terms, deadline, lambda: self._open(order))

    async def look_up(self, order: AccountOrder, deadline: timedelta) -> AccountAtProvider | None:
        await self.meet_reading(deadline)
        known = [order.provider_id] if order.provider_id is not None else self.made(order.payout_account_id)
        return self._status(known[0]) if known else None

    async def link(self, provider_id: str, return_url: str, deadline: timedelta) -> OnboardingLink:
        await self.meet_reading(deadline)
        url = f"https://fake.example/{provider_id}/{next(self._numbers)}?back={return_url}"
        return OnboardingLink(url=url, expires_at=self._clock() + LINK_LIVES)

    def _open(self, order: AccountOrder) -> AccountAtProvider:
        if order.country == ELSEWHERE:
            raise Refused(PROVIDER, "country_unsupported", f"{order.country} is not supported.")
        provider_id = f"fake_acct_{next(self._numbers)}"
        self._orders[provider_id] = order
        self._ready[provider_id] = False
        return self._status(provider_id)

    def _status(self, provider_id: str) -> AccountAtProvider:
        ready = self._ready[provider_id]
        return AccountAtProvider(
            provider_id=provider_id, is_ready=ready, is_submitted=ready, requirements=() if ready else WANTED
        )

    def _change(self, provider_id: str, *, is_ready: bool) -> None:
        self._ready[provider_id] = is_ready
        event = PayoutAccountEvent(
            event_id=f"fake_evt_acct_{next(self._numbers)}",
            occurred_at=self._clock(),
            payout_account_id=self._orders[provider_id].payout_account_id,
        )
        self.events.append(msgspec.json.encode(event).decode())
