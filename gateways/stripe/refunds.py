"""Stripe as a provider of refunds: the port of ``domain.payments.refunds``."""

from __future__ import annotations

from datetime import timedelta

from domain.payments.refunds.ports import RefundOrder, RefundOutcome, RefundPostponed
from gateways.stripe.asking import asking, asking_for_money, understood
from gateways.stripe.client import StripeApi
from gateways.stripe.refund_objects import Refund, refund_outcome_of


class StripeRefunds:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    async def submit(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | RefundPostponed:
        return await asking_for_money(deadline, self._api.refund(order), refund_outcome_of, RefundPostponed())

    async def look_up(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | None:
        found = await asking(deadline, self._find(order), read=True)
        return understood(refund_outcome_of, found[0]) if found else None

    async def _find(self, order: RefundOrder) -> list[Refund]:
        if order.provider_id is not None:
            return [await self._api.retrieve_refund(order.provider_id)]
        return await self._api.refunds_of(order)
