"""Stripe as a provider of refunds: the port of ``domain.payments.refunds``."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from domain.payments.refunds.ports import RefundOrder, RefundOutcome, RefundPostponed
from gateways.stripe.asking import NO_FUNDS, asking, in_time, unreadable
from gateways.stripe.client import StripeApi, StripeFailed
from gateways.stripe.failures import error_of
from gateways.stripe.refund_objects import Refund, refund_id_of, refund_outcome_of


class StripeRefunds:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    async def submit(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | RefundPostponed:
        try:
            return _outcome(await in_time(deadline, self._api.refund(order)))
        except StripeFailed as failed:
            if failed.failure.status == 400 and failed.failure.code in NO_FUNDS:
                return RefundPostponed()
            raise error_of(failed.failure) from failed

    async def look_up(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | None:
        found = await asking(deadline, self._find(order), read=True)
        return None if found is None else _outcome(found)

    async def _find(self, order: RefundOrder) -> Refund | None:
        if order.provider_id is not None:
            return await self._api.retrieve_refund(order.provider_id)
        after: str | None = None
        while True:
            page = await self._api.list_refunds(order.payment_provider_id, after)
            for found in page.data:
                if refund_id_of(found) == order.refund_id:
                    return found
            if not page.has_more or not page.data:
                return None
            after = page.data[-1].id


def _outcome(found: Refund) -> RefundOutcome:
    try:
        return refund_outcome_of(found)
    except msgspec.ValidationError as error:
        raise unreadable(error) from error
