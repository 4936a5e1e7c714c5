"""Stripe Connect as a provider that pays out: the port of ``domain.payouts``."""

from __future__ import annotations

from datetime import timedelta

from domain.payouts.ports import FundsPending, PayoutFailed, PayoutOrder, PayoutOutcome, Transferred
from gateways.stripe.asking import asking, asking_for_money, understood
from gateways.stripe.connect_client import ConnectApi
from gateways.stripe.connect_objects import Payout, payout_outcome_of


class StripePayouts:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: ConnectApi) -> None:
        self._api = api

    async def transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred:
        made = await asking(deadline, self._api.create_transfer(order), read=False)
        return Transferred(provider_id=made.id)

    async def find_transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred | None:
        found = await asking(deadline, self._api.transfers_of(order), read=True)
        return Transferred(provider_id=found[0].id) if found else None

    async def pay(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | FundsPending:
        return await asking_for_money(deadline, self._api.create_payout(order), payout_outcome_of, FundsPending())

    async def look_up(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | None:
        """Return the outcome of a payout that did not fail, of any try, else that of a failed one of this try."""
        mine = await asking(deadline, self._find(order), read=True)
        if order.provider_id is not None:
            return understood(payout_outcome_of, mine[0])
        good = [found for found in mine if not isinstance(understood(payout_outcome_of, found), PayoutFailed)]
        of_this = [found for found in mine if found.tag("generation") == str(order.generation)]
        return next((understood(payout_outcome_of, found) for found in [*good, *of_this]), None)

    async def _find(self, order: PayoutOrder) -> list[Payout]:
        if order.provider_id is not None:
            return [await self._api.retrieve_payout(order.provider_id, order.destination)]
        return await self._api.payouts_of(order)
