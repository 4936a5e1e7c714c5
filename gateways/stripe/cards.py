"""Stripe as a card provider: the port of ``domain.payments``, over PaymentIntents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from domain.payments.ports import CardOrder, Declined, EventPage, Outcome, ProviderEvent
from gateways.http import open_http
from gateways.stripe.asking import CLOCK_SKEW, asking, in_time, seconds, unreadable
from gateways.stripe.client import StripeApi, StripeFailed
from gateways.stripe.envelope import Envelope
from gateways.stripe.failures import Kind, error_of, row_of
from gateways.stripe.objects import CardProblem, Intent, declined, outcome_of, payment_id_of
from gateways.stripe.translate import TRANSLATORS

FIRST_WINDOW = timedelta(minutes=10)
"""Nearly every order is at Stripe so soon after its first submission, or not at all."""
UNEXPECTED_STATE = "payment_intent_unexpected_state"
FINAL = frozenset({"succeeded", "canceled"})
RANK = {"succeeded": 0, "processing": 1, "requires_capture": 1, "requires_action": 2, "canceled": 4}
"""Of several intents of one order: money taken, then what may yet take it; 3 for the rest."""


class StripeCards:
    """Needs no state of its own; one for each process, used from one event loop."""

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
        call = self._api.list_events(sorted(TRANSLATORS), seconds(since), seconds(until), cursor)
        page = await asking(deadline, call, read=True)
        try:
            events = [_event(raw) for raw in page.data]
        except msgspec.MsgspecError as error:
            raise unreadable(error, read=True) from error
        return EventPage(events=events, next_cursor=events[-1].event_id if page.has_more and events else None)

    async def close(self) -> None:
        await self._api.close()

    async def _find(self, order: CardOrder) -> Intent | None:
        """Money first: charges are listed by booking, exactly; intents only by time.

        Never by search, which may lag by an hour and would miss what matters most.
        """
        intent_id = order.provider_id or await self._charged(order)
        if intent_id is None:
            found = await self._early(order) or await self._late(order)
            if not found:
                return None
            intent_id = min(found, key=_standing).id
        return await self._api.retrieve(intent_id)

    async def _cancel(self, order: CardOrder) -> Intent | None:
        """Every intent of the order, should a look-up have missed one before another was made."""
        if order.provider_id is not None:
            return await self._cancel_one(order.provider_id)
        found = [*await self._early(order), *await self._late(order)]
        ended = [i if i.status in FINAL else await self._cancel_one(i.id) for i in found]
        return min(ended, key=_standing) if ended else None

    async def _cancel_one(self, intent_id: str) -> Intent:
        try:
            return await self._api.cancel(intent_id)
        except StripeFailed as failed:
            if failed.failure.code != UNEXPECTED_STATE:
                raise
        # It is past cancelling, or was cancelled before: what it is now is the answer.
        return await self._api.retrieve(intent_id)

    async def _charged(self, order: CardOrder) -> str | None:
        """The intent that took the money."""
        after: str | None = None
        while True:
            page = await self._api.list_charges(order.booking_id, after)
            for charge in page.data:
                if charge.status == "succeeded" and payment_id_of(charge) == order.payment_id:
                    return charge.payment_intent
            if not page.has_more or not page.data:
                return None
            after = page.data[-1].id

    async def _early(self, order: CardOrder) -> list[Intent]:
        begin = order.created_at - CLOCK_SKEW
        return await self._matching(order, seconds(begin), seconds(order.created_at + FIRST_WINDOW))

    async def _late(self, order: CardOrder) -> list[Intent]:
        return await self._matching(order, seconds(order.created_at + FIRST_WINDOW), None)

    async def _matching(self, order: CardOrder, since: int, until: int | None) -> list[Intent]:
        found: list[Intent] = []
        after: str | None = None
        while True:
            page = await self._api.list_intents(since, until, after)
            found += [intent for intent in page.data if payment_id_of(intent) == order.payment_id]
            if not page.has_more or not page.data:
                return found
            after = page.data[-1].id


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
    try:
        return outcome_of(intent, confirmed_by_us=order.payment_method is not None)
    except msgspec.ValidationError as error:
        raise unreadable(error) from error


def _standing(intent: Intent) -> tuple[int, int]:
    return RANK.get(intent.status, 3), -intent.created


def _event(raw: msgspec.Raw) -> ProviderEvent:
    event = msgspec.json.decode(raw, type=Envelope)
    created = datetime.fromtimestamp(event.created, UTC)
    return ProviderEvent(event_id=event.id, type=event.type, created=created, payload=bytes(raw).decode())


def open_stripe(secret_key: str, base: str) -> StripeCards:
    """``gateways.http.UnsafeAddress`` when the key must not be sent to ``base``."""
    return StripeCards(StripeApi(secret_key, base, open_http(base)))
