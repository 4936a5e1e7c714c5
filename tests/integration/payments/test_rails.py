"""Two rails at once: each order goes by its own, and so does all that follows from it."""

from __future__ import annotations

import pytest

from domain.database import Connection
from domain.payments import read as payments
from domain.payments.read import Payment
from domain.payments.refunds.request import request_refund
from domain.platform.inbox import cursor
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards, FakePayouts, FakeRefunds, Fault
from runtime.database import Database
from runtime.gateways import Rail
from tests.clock import Clock
from tests.engines import engine, fake_rail
from tests.story import accepted, balances, cause_of, hired
from tests.work_off import work_off

OTHER = "paypal"


class Two:
    """The providers of both rails, by name."""

    def __init__(self, clock: Clock) -> None:
        self.cards = {name: FakeCards(clock) for name in ("stripe", OTHER)}
        self.refunds = {name: FakeRefunds(clock) for name in self.cards}
        self.payouts = {name: FakePayouts(clock) for name in self.cards}

    def other_rail(self, clock: Clock) -> Rail:
        return fake_rail(clock, self.cards[OTHER], refunds=self.refunds[OTHER], payouts=self.payouts[OTHER])


@pytest.fixture
def two(clock: Clock) -> Two:
    return Two(clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_each_payment_and_refund_goes_by_the_rail_of_its_order(database: Database, clock: Clock, two: Two) -> None:
    with engine(
        database,
        clock,
        two.cards["stripe"],
        refunds=two.refunds["stripe"],
        payouts=two.payouts["stripe"],
        more_rails={OTHER: two.other_rail(clock)},
    ) as worker:
        made = {name: accepted(database, clock, hired(database, clock), provider=name) for name in two.cards}
        two.cards[OTHER].fail_next(Fault.LOST_AFTER)  # the look-up goes by the same rail, too
        work_off(worker)
        clock.forward(minutes=5)
        work_off(worker)
        for name, payment in made.items():
            assert [len(cards.charges(payment.id)) for cards in two.cards.values()] == _only(name, two)
        refunds = {name: _refunded(database, clock, payment) for name, payment in made.items()}
        work_off(worker)
    for name, refund_id in refunds.items():
        assert [len(each.sent(refund_id)) for each in two.refunds.values()] == _only(name, two)
    assert {account for account in balances(database) if account.startswith("clearing:")} == {
        "clearing:stripe",
        f"clearing:{OTHER}",
    }


def test_events_are_fetched_from_the_provider_that_the_work_names(database: Database, clock: Clock, two: Two) -> None:
    with engine(database, clock, two.cards["stripe"], more_rails={OTHER: two.other_rail(clock)}) as worker:
        two.cards["stripe"].fail_next(Fault.UNREACHABLE)
        database.write(lambda c: enqueue(c, cause_of(clock, "system"), FetchEvents(provider=OTHER)))
        work_off(worker)
    assert database.read(lambda c: cursor.read_until(c, OTHER)) is not None
    assert database.read(lambda c: cursor.read_until(c, "stripe")) is None


def test_an_order_of_a_provider_without_keys_is_sent_nowhere(database: Database, clock: Clock, two: Two) -> None:
    payment = accepted(database, clock, hired(database, clock), provider=OTHER)
    with engine(database, clock, two.cards["stripe"]) as worker:
        work_off(worker)
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "submitting"
    assert two.cards["stripe"].charges(payment.id) == []


def _only(name: str, two: Two) -> list[int]:
    return [int(each == name) for each in two.cards]


def _refunded(database: Database, clock: Clock, payment: Payment) -> str:
    def unit(c: Connection) -> str:
        found = payments.by_id(c, payment.id)
        cause = cause_of(clock, payment.client_id)
        return request_refund(c, cause, found, amount_minor=5_000, reason="r", unique_key=payment.id).id

    return database.write(unit)
