"""A card provider in memory, for the tests of everything that takes payments.

The fake implements :class:`domain.payments.ports.CardPayments` and passes the same contract tests as the real gateway.
It counts its charges, so that a test can compare the platform's records with them.

::

    cards = FakeCards(clock)
    cards.fail_next(Fault.LOST_AFTER)           # charged, but the answer is lost
    with pytest.raises(OutcomeUnknown): ...     # submit
    assert len(cards.charges("pay_1")) == 1     # the same key again changes nothing
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import msgspec

from domain.payments.ports import (
    Cancelled,
    Captured,
    CardOrder,
    Declined,
    Outcome,
    PaymentEvent,
    Processing,
    RequiresAction,
)
from domain.platform.inbox.ports import EventPage, ProviderEvent
from gateways.testing.faults import Faults
from gateways.testing.keyed import Held, Keyed

PAGE = 100

DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "Your card was declined."),
    "pm_card_chargeDeclinedInsufficientFunds": ("insufficient_funds", "Your card has insufficient funds."),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "Your card has expired."),
}
"""Stripe's test cards, by the names that its test mode gives them."""
GOOD = frozenset({"pm_card_visa", "pm_card_mastercard"})
ASKS_CLIENT = "pm_card_authenticationRequired"
SLOW = "pm_usBankAccount"
"""A payment with this method is processing until ``settle``, as a bank debit is for days; ``cancel`` has no effect."""


_Held = Held[CardOrder, Outcome]


class FakeCards(Faults):
    """``clock`` dates the events; ``listed`` holds all events, oldest first.

    ``trusts``: the provider asks no card's owner.  ``takes`` returns the amount and currency taken for an order.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._numbers = count(1)
        self._held: dict[str, _Held] = {}
        self._taking: Keyed[Outcome] = Keyed(self)
        self.listed: list[ProviderEvent] = []
        self.is_closed = False
        self.trusts = False
        self.takes: Callable[[CardOrder], tuple[int, str]] = _as_ordered

    def charges(self, payment_id: str) -> list[Captured]:
        """Return every capture that the provider made for the payment."""
        mine = (held.outcome for held in self._held.values() if held.order.payment_id == payment_id)
        return [outcome for outcome in mine if isinstance(outcome, Captured)]

    def confirm(self, client_secret: str, payment_method: str) -> Outcome:
        """Confirm as the client's browser does, and return the outcome; a payment past confirmation stays as it is."""
        provider_id = client_secret.removesuffix("_secret")
        held = self._held[provider_id]
        if isinstance(held.outcome, RequiresAction | Declined):
            self._settle(held, self._attempt(held.order, provider_id, payment_method))
        return held.outcome

    def settle(self, payment_id: str, *, succeed: bool) -> None:
        """Settle a payment that is processing, as the bank does days later."""
        for provider_id, held in self._held.items():
            if held.order.payment_id == payment_id and isinstance(held.outcome, Processing):
                self._settle(held, self._captured(held.order, provider_id) if succeed else _returned(provider_id))

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        terms = order.amount_minor, order.currency, order.payment_method, order.payment_id
        return await self._taking.ask(order.request_key, terms, deadline, lambda: self._create(order))

    async def look_up(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        await self.meet_reading(deadline)
        held = self._find(order)
        return None if held is None else held.outcome

    async def cancel(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        await self.meet_reading(deadline)
        held = self._find(order)
        if held is None:
            return None
        if not isinstance(held.outcome, Captured | Cancelled | Processing):
            assert held.outcome.provider_id is not None  # noqa: S101 - for the type checker: only held ones get here
            self._settle(held, Cancelled(provider_id=held.outcome.provider_id))
        return held.outcome

    async def events(self, since: datetime, until: datetime, cursor: str | None, deadline: timedelta) -> EventPage:
        await self.meet_reading(deadline)
        newest_first = [e for e in reversed(self.listed) if _second(since) <= _second(e.created) <= _second(until)]
        ids = [event.event_id for event in newest_first]
        begin = ids.index(cursor) + 1 if cursor is not None else 0
        page = newest_first[begin : begin + PAGE]
        return EventPage(events=page, next_cursor=page[-1].event_id if newest_first[begin + PAGE :] else None)

    async def close(self) -> None:
        self.is_closed = True

    def _create(self, order: CardOrder) -> Outcome:
        provider_id = f"fake_pi_{next(self._numbers)}"
        method = order.payment_method
        waiting = RequiresAction(provider_id=provider_id, client_secret=f"{provider_id}_secret")
        if method is None:
            outcome: Outcome = waiting
        elif self.trusts and method == ASKS_CLIENT:
            outcome = self._captured(order, provider_id)
        else:
            outcome = self._attempt(order, provider_id, method)
        if outcome.provider_id is not None:
            held = _Held(order, waiting)
            self._held[provider_id] = held
            self._settle(held, outcome)
        return outcome

    def _find(self, order: CardOrder) -> _Held | None:
        if order.provider_id is not None:
            return self._held[order.provider_id]
        # No card was tried for a payment that requires action, so only an answer or an event can report it.
        mine = [
            held
            for held in self._held.values()
            if held.order.payment_id == order.payment_id and not isinstance(held.outcome, RequiresAction)
        ]
        return max(reversed(mine), key=lambda held: isinstance(held.outcome, Captured), default=None)

    def _settle(self, held: _Held, outcome: Outcome) -> None:
        held.outcome = outcome
        now = self._clock()
        event_id = f"fake_evt_{next(self._numbers)}"
        event = PaymentEvent(
            event_id=event_id, occurred_at=now, payment_id=held.order.payment_id, outcome=_as_event(outcome)
        )
        payload = msgspec.json.encode(event).decode()
        self.listed.append(ProviderEvent(event_id=event_id, type="payment", created=now, payload=payload))

    def _attempt(self, order: CardOrder, provider_id: str, payment_method: str) -> Outcome:
        if payment_method in DECLINES:
            code, message = DECLINES[payment_method]
            return Declined(provider_id=provider_id, code=code, message=message)
        if payment_method == ASKS_CLIENT and order.payment_method == ASKS_CLIENT:
            return RequiresAction(provider_id=provider_id, client_secret=f"{provider_id}_secret")
        if payment_method == SLOW:
            return Processing(provider_id=provider_id)
        if payment_method not in GOOD and payment_method != ASKS_CLIENT:
            return Declined(
                provider_id=None, code="payment_method_unusable", message="This payment method cannot be used."
            )
        return self._captured(order, provider_id)

    def _captured(self, order: CardOrder, provider_id: str) -> Captured:
        taken_minor, currency = self.takes(order)
        number = provider_id.rpartition("_")[2]
        return Captured(
            provider_id=provider_id,
            charge_id=f"fake_ch_{number}",
            amount_minor=taken_minor,
            currency=currency,
            fee_minor=taken_minor * 29 // 1000 + 30,
            balance_transaction_id=f"fake_txn_{number}",
        )


def _returned(provider_id: str) -> Declined:
    return Declined(provider_id=provider_id, code="debit_not_authorized", message="The bank did not allow it.")


def _as_ordered(order: CardOrder) -> tuple[int, str]:
    return order.amount_minor, order.currency


def _as_event(outcome: Outcome) -> Outcome:
    """Return the outcome without a fee, because a provider's events do not carry one."""
    return msgspec.structs.replace(outcome, fee_minor=None) if isinstance(outcome, Captured) else outcome


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
