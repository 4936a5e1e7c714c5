"""Stripe as a card provider: the port of ``domain.payments``, over PaymentIntents."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import msgspec

from domain.payments.ports import CardOrder, Declined, Outcome
from domain.platform.inbox.ports import EventPage, ProviderEvent
from gateways.failures import Kind
from gateways.stripe.asking import asking, in_time, understood, unreadable
from gateways.stripe.client import StripeApi, StripeFailed
from gateways.stripe.envelope import Envelope
from gateways.stripe.failures import error_of, row_of
from gateways.stripe.objects import CardProblem, Intent, declined, outcome_of
from gateways.stripe.translate import TRANSLATORS

UNEXPECTED_STATE = "payment_intent_unexpected_state"
RANK = {"succeeded": 0, "pending": 1}
"""The rank of a charge among several of one order, by its status; 2 for any other status."""


class StripeCards:
    """Stateless; one for each process, used from one event loop."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        try:
            intent = await in_time(deadline, self._api.create(order))
        except StripeFailed as failed:
            return _declined_or_raise(failed)
        return _outcome(intent, order)

    async def look_up(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        intent = await asking(deadline, self._find(order), read=True)
        return None if intent is None else _outcome(intent, order)

    async def cancel(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        intent = await asking(deadline, self._cancel(order), read=False)
        return None if intent is None else _outcome(intent, order)

    async def events(self, since: datetime, until: datetime, cursor: str | None, deadline: timedelta) -> EventPage:
        call = self._api.list_events(sorted(TRANSLATORS), since, until, cursor)
        page = await asking(deadline, call, read=True)
        try:
            events = [_event(raw) for raw in page.data]
        except msgspec.MsgspecError as error:
            raise unreadable(error, read=True) from error
        return EventPage(events=events, next_cursor=events[-1].event_id if page.has_more and events else None)

    async def close(self) -> None:
        await self._api.close()

    async def _find(self, order: CardOrder) -> Intent | None:
        if order.provider_id is not None:
            return await self._api.retrieve(order.provider_id)
        tried = await self._tried(order)
        return await self._api.retrieve(tried[0]) if tried else None

    async def _cancel(self, order: CardOrder) -> Intent | None:
        """Cancel every intent of the order that a card was tried for; return the one that succeeded, else the first.

        Nobody has the secret of any other intent, so nobody can confirm one.
        """
        if order.provider_id is not None:
            return await self._cancel_one(order.provider_id)
        ended = [await self._cancel_one(intent_id) for intent_id in await self._tried(order)]
        return next((one for one in ended if one.status == "succeeded"), ended[0]) if ended else None

    async def _cancel_one(self, intent_id: str) -> Intent:
        try:
            return await self._api.cancel(intent_id)
        except StripeFailed as failed:
            if failed.failure.code != UNEXPECTED_STATE:
                raise
        # Stripe can no longer cancel the intent, or cancelled it before: its present state is the answer.
        return await self._api.retrieve(intent_id)

    async def _tried(self, order: CardOrder) -> list[str]:
        """Return the ids of the order's intents that a card was tried for, each once: first the one that took money.

        Stripe lists charges by booking: one request, however many others pay.  Stripe lists intents by time alone,
        thousands of them under load, and its search may lag by an hour.  An intent without a charge is missed: nobody
        can confirm such an intent, because its secret was in the answer that we never received.  Once an event names
        the intent, we have its id.
        """
        found = await self._api.charges_of(order)
        found.sort(key=lambda charge: RANK.get(charge.status, 2))  # stable: the newest first among equals
        return list(dict.fromkeys(charge.payment_intent for charge in found if charge.payment_intent))


def _declined_or_raise(failed: StripeFailed) -> Declined:
    failure = failed.failure
    row = row_of(failure)
    if row.kind is not Kind.DECLINED:
        raise error_of(failure) from failed
    if row.code is not None:
        return Declined(provider_id=failure.intent_id, code=row.code, message="This payment method cannot be used.")
    problem = CardProblem(code=failure.code, decline_code=failure.decline_code, message=failure.message)
    return declined(problem, failure.intent_id)


def _outcome(intent: Intent, order: CardOrder) -> Outcome:
    return understood(partial(outcome_of, confirmed_by_us=order.payment_method is not None), intent)


def _event(raw: msgspec.Raw) -> ProviderEvent:
    event = msgspec.json.decode(raw, type=Envelope)
    return ProviderEvent(event_id=event.id, type=event.type, created=event.occurred_at, payload=bytes(raw).decode())
