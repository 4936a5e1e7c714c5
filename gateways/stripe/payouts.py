"""Stripe Connect as a provider that pays out: the port of ``domain.payouts``."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from domain.payouts.ports import FundsPending, PayoutFailed, PayoutOrder, PayoutOutcome, Transferred
from gateways.stripe.asking import CLOCK_SKEW, NO_FUNDS, asking, in_time, seconds, unreadable
from gateways.stripe.client import StripeFailed
from gateways.stripe.connect_client import ConnectApi
from gateways.stripe.connect_objects import Payout, Transfer, payout_outcome_of
from gateways.stripe.failures import error_of


class StripePayouts:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: ConnectApi) -> None:
        self._api = api

    async def transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred:
        made = await asking(deadline, self._api.create_transfer(order), read=False)
        return Transferred(provider_id=made.id)

    async def find_transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred | None:
        found = await asking(deadline, self._transfer(order), read=True)
        return None if found is None else Transferred(provider_id=found.id)

    async def pay(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | FundsPending:
        try:
            return _outcome(await in_time(deadline, self._api.create_payout(order)))
        except StripeFailed as failed:
            if failed.failure.status == 400 and failed.failure.code in NO_FUNDS:
                return FundsPending()
            raise error_of(failed.failure) from failed

    async def look_up(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | None:
        found = await asking(deadline, self._payout(order), read=True)
        return None if found is None else _outcome(found)

    async def _transfer(self, order: PayoutOrder) -> Transfer | None:
        after: str | None = None
        while True:
            page = await self._api.list_transfers(order.booking_id, after)
            for found in page.data:
                if (found.metadata or {}).get("payout_id") == order.payout_id:
                    return found
            if not page.has_more or not page.data:
                return None
            after = page.data[-1].id

    async def _payout(self, order: PayoutOrder) -> Payout | None:
        """Return Stripe's payout for the order: one that did not fail, of any try, else a failed one of this try."""
        if order.provider_id is not None:
            return await self._api.retrieve_payout(order.provider_id, order.destination)
        mine: list[Payout] = []
        after: str | None = None
        while True:
            page = await self._api.list_payouts(order.destination, seconds(order.created_at - CLOCK_SKEW), after)
            mine += [found for found in page.data if (found.metadata or {}).get("payout_id") == order.payout_id]
            if not page.has_more or not page.data:
                break
            after = page.data[-1].id
        good = [found for found in mine if not isinstance(_outcome(found), PayoutFailed)]
        of_this = [found for found in mine if (found.metadata or {}).get("generation") == str(order.generation)]
        return next(iter([*good, *of_this]), None)


def _outcome(found: Payout) -> PayoutOutcome:
    try:
        return payout_outcome_of(found)
    except msgspec.ValidationError as error:
        raise unreadable(error) from error
