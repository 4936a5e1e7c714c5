"""What every implementation of ``CardPayments`` must do; subclasses bring the provider's side.

All money is alice's, who pays for a booking.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from domain.payments.ports import (
    Cancelled,
    Captured,
    CardOrder,
    CardPayments,
    Declined,
    Outcome,
    PaymentEvent,
    RequiresAction,
)
from domain.platform.inbox.ports import NotOurs, ProviderEvent
from domain.provider_errors import OutcomeUnknown, ProviderError, TryLater
from gateways.testing import Fault
from gateways.testing.cards import DECLINES
from tests.contract.keyed_contract import Keyed, KeyedContract
from tests.contract.worlds import PATIENT, AnyWorld
from tests.unit.gateways.stripe_bodies import order


class World(AnyWorld, Protocol):
    """The provider's side of the contract."""

    cards: CardPayments

    def charges(self, payment_id: str) -> int:
        """How often money was taken: the provider's own count."""
        ...

    def confirm(self, client_secret: str, payment_method: str) -> None:
        """What the client's browser does with its secret."""
        ...

    def translate(self, payload: str) -> PaymentEvent | NotOurs: ...


def new_order(**changes: Any) -> CardOrder:
    payment_id = f"pay_{uuid4().hex}"
    ids = {"payment_id": payment_id, "booking_id": f"bkg_{uuid4().hex}", "request_key": f"{payment_id}:1"}
    return order(**{**ids, "created_at": datetime.now(UTC), **changes})


def with_id(order: CardOrder, outcome: Outcome) -> CardOrder:
    return msgspec.structs.replace(order, provider_id=outcome.provider_id)


class CardPaymentsContract(KeyedContract):
    @pytest.fixture
    def call(self, world: World) -> Keyed:
        order, cards = new_order(), world.cards
        return Keyed(order, cards.submit, cards.look_up, lambda: world.charges(order.payment_id))

    def submit(self, world: World, order: CardOrder) -> Outcome:
        return self.run(world.cards.submit(order, PATIENT))

    def look_up(self, world: World, order: CardOrder) -> Outcome | None:
        return self.run(world.cards.look_up(order, PATIENT))

    def cancel(self, world: World, order: CardOrder) -> Outcome | None:
        return self.run(world.cards.cancel(order, PATIENT))

    def captured(self, world: World, order: CardOrder) -> Captured:
        outcome = self.submit(world, order)
        assert isinstance(outcome, Captured)
        return outcome

    def waiting(self, world: World, order: CardOrder) -> RequiresAction:
        outcome = self.submit(world, order)
        assert isinstance(outcome, RequiresAction)
        return outcome

    def in_doubt(self, world: World, order: CardOrder) -> OutcomeUnknown:
        with pytest.raises(OutcomeUnknown) as caught:
            self.submit(world, order)
        return caught.value

    # What the card says

    def test_a_good_card_is_charged_and_the_fee_is_told(self, world: World) -> None:
        order = new_order()
        outcome = self.captured(world, order)
        assert (outcome.amount_minor, outcome.currency) == (12_000, "usd")
        assert outcome.provider_id
        assert outcome.charge_id
        assert outcome.balance_transaction_id
        assert outcome.fee_minor is not None
        assert 0 < outcome.fee_minor < 12_000
        assert world.charges(order.payment_id) == 1

    def test_a_repeat_under_its_key_changes_nothing(self, world: World) -> None:
        order = new_order()
        first = self.captured(world, order)
        assert self.submit(world, order) == first
        assert self.submit(world, with_id(order, first)) == first
        assert world.charges(order.payment_id) == 1

    @pytest.mark.parametrize("method", sorted(DECLINES))
    def test_a_declined_card_is_an_outcome_with_its_reason(self, world: World, method: str) -> None:
        order = new_order(payment_method=method)
        outcome = self.submit(world, order)
        assert isinstance(outcome, Declined)
        assert outcome.code == DECLINES[method][0]
        assert outcome.message
        assert self.submit(world, order) == outcome
        found = self.look_up(world, with_id(order, outcome))
        assert isinstance(found, Declined)
        assert found.code == outcome.code
        assert world.charges(order.payment_id) == 0

    def test_a_payment_method_that_is_not_there_is_declined(self, world: World) -> None:
        order = new_order(payment_method="pm_nowhere")
        outcome = self.submit(world, order)
        assert isinstance(outcome, Declined)
        assert outcome.code == "payment_method_unusable"
        assert world.charges(order.payment_id) == 0

    def test_a_card_that_asks_its_owner_waits_for_the_client(self, world: World) -> None:
        order = new_order(payment_method="pm_card_authenticationRequired")
        outcome = self.waiting(world, order)
        assert outcome.client_secret
        assert world.charges(order.payment_id) == 0
        assert isinstance(self.look_up(world, with_id(order, outcome)), RequiresAction)

    def test_without_a_payment_method_the_client_confirms(self, world: World) -> None:
        order = new_order(payment_method=None)
        outcome = self.waiting(world, order)
        assert world.charges(order.payment_id) == 0
        world.confirm(outcome.client_secret, "pm_card_visa")
        found = self.look_up(world, with_id(order, outcome))
        assert isinstance(found, Captured)
        assert found.provider_id == outcome.provider_id
        assert world.charges(order.payment_id) == 1

    # What is looked up

    def test_a_look_up_finds_it_with_and_without_the_id(self, world: World) -> None:
        order = new_order()
        outcome = self.captured(world, order)
        assert self.look_up(world, order) == outcome
        assert self.look_up(world, with_id(order, outcome)) == outcome

    def test_a_look_up_of_what_was_never_sent_finds_nothing(self, world: World) -> None:
        self.captured(world, new_order())
        assert self.look_up(world, new_order()) is None

    # What goes wrong on the way

    def test_a_stored_failure_without_effect_needs_a_new_key(self, world: World) -> None:
        order = new_order()
        world.fail_next(Fault.STORED_BEFORE)
        self.in_doubt(world, order)
        self.captured(world, msgspec.structs.replace(order, request_key=f"{order.payment_id}:2"))
        assert world.charges(order.payment_id) == 1

    def test_a_key_that_was_used_for_something_else_is_in_doubt(self, world: World) -> None:
        order = new_order()
        self.captured(world, order)
        assert self.in_doubt(world, msgspec.structs.replace(order, amount_minor=500)).stored
        assert world.charges(order.payment_id) == 1

    # What is cancelled

    def test_a_payment_that_waits_can_be_cancelled_and_again(self, world: World) -> None:
        order = new_order(payment_method=None)
        outcome = self.waiting(world, order)
        known = with_id(order, outcome)
        assert isinstance(self.cancel(world, known), Cancelled)
        assert isinstance(self.cancel(world, known), Cancelled)
        assert isinstance(self.look_up(world, known), Cancelled)

    def test_a_declined_payment_can_be_cancelled(self, world: World) -> None:
        order = new_order(payment_method="pm_card_chargeDeclined")
        outcome = self.submit(world, order)
        assert isinstance(self.cancel(world, with_id(order, outcome)), Cancelled)

    def test_a_cancel_that_comes_too_late_says_so(self, world: World) -> None:
        order = new_order()
        outcome = self.captured(world, order)
        assert self.cancel(world, with_id(order, outcome)) == outcome

    def test_a_cancel_finds_what_nobody_told_us_of(self, world: World) -> None:
        order = new_order(payment_method="pm_card_chargeDeclined")
        world.fail_next(Fault.LOST_AFTER)
        self.in_doubt(world, order)
        assert isinstance(self.cancel(world, order), Cancelled)
        assert isinstance(self.look_up(world, order), Cancelled)
        assert self.cancel(world, new_order()) is None

    def test_a_cancel_finds_a_capture_that_nobody_told_us_of(self, world: World) -> None:
        order = new_order()
        world.fail_next(Fault.LOST_AFTER)
        self.in_doubt(world, order)
        assert isinstance(self.cancel(world, order), Captured)
        assert world.charges(order.payment_id) == 1

    # What is told by events

    def test_the_events_of_a_payment_say_what_became_of_it(self, world: World) -> None:
        begin = datetime.now(UTC) - timedelta(minutes=1)
        alice = new_order()
        outcome = self.captured(world, alice)
        refused = new_order(payment_method="pm_card_chargeDeclined")
        self.submit(world, refused)
        told = [world.translate(event.payload) for event in self.all_events(world, begin)]
        mine = [event for event in told if isinstance(event, PaymentEvent)]
        captures = [e.outcome for e in mine if e.payment_id == alice.payment_id and isinstance(e.outcome, Captured)]
        assert {(c.provider_id, c.charge_id, c.amount_minor) for c in captures} == {
            (outcome.provider_id, outcome.charge_id, 12_000)
        }
        declines = [e.outcome for e in mine if e.payment_id == refused.payment_id]
        assert [type(d) for d in declines] == [Declined]
        assert all(abs(e.occurred_at - begin) < timedelta(minutes=5) for e in mine)

    def test_250_events_come_in_pages_each_once(self, world: World) -> None:
        begin = datetime.now(UTC) - timedelta(minutes=1)
        orders = [new_order() for _ in range(250)]

        async def submit_all() -> None:
            for first in range(0, len(orders), 25):
                batch = orders[first : first + 25]
                await asyncio.gather(*(world.cards.submit(order, PATIENT) for order in batch))

        self.run(submit_all())
        events = self.all_events(world, begin)
        assert len({event.event_id for event in events}) == len(events) >= 250
        told = (world.translate(event.payload) for event in events)
        captured = {e.payment_id for e in told if isinstance(e, PaymentEvent) and isinstance(e.outcome, Captured)}
        assert captured >= {order.payment_id for order in orders}
        later = datetime.now(UTC) + timedelta(hours=1)
        assert self.run(world.cards.events(later, later, None, PATIENT)).events == []

    def all_events(self, world: World, begin: datetime) -> list[ProviderEvent]:
        async def read() -> list[ProviderEvent]:
            events: list[ProviderEvent] = []
            cursor: str | None = None
            while True:
                page = await world.cards.events(begin, datetime.now(UTC) + timedelta(minutes=1), cursor, PATIENT)
                events += page.events
                cursor = page.next_cursor
                if cursor is None:
                    return events

        return self.run(read())

    # What happens at once

    def test_fifty_orders_at_once_are_fifty_charges(self, world: World) -> None:
        orders = [new_order() for _ in range(50)]

        async def all_at_once() -> list[Outcome]:
            return list(await asyncio.gather(*(world.cards.submit(order, PATIENT) for order in orders)))

        outcomes = self.run(all_at_once())
        assert all(isinstance(outcome, Captured) for outcome in outcomes)
        assert len({outcome.provider_id for outcome in outcomes}) == 50
        assert {world.charges(order.payment_id) for order in orders} == {1}

    def test_one_order_fifty_times_at_once_is_one_charge(self, world: World) -> None:
        order = new_order()

        async def all_at_once() -> list[Outcome | BaseException]:
            calls = (world.cards.submit(order, PATIENT) for _ in range(50))
            return list(await asyncio.gather(*calls, return_exceptions=True))

        for outcome in self.run(all_at_once()):
            # One that meets the first still at work is sent away, to come back under the same key.
            assert isinstance(outcome, Captured | TryLater), outcome
        assert isinstance(self.submit(world, order), Captured)
        assert world.charges(order.payment_id) == 1

    def test_an_error_names_its_provider_and_no_secret(self, world: World) -> None:
        world.fail_next(Fault.LOST_BEFORE)
        with pytest.raises(ProviderError) as caught:
            self.submit(world, new_order())
        assert caught.value.provider
        assert caught.value.code
        assert "sk_test" not in str(caught.value)
