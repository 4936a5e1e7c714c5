"""Two rails at once: payments, look-ups, refunds, payouts and lists of events, each by the rail of its order."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from domain.database import Connection
from domain.payments import read as payments
from domain.payments.ports import Captured, PaymentEvent
from domain.payments.read import Payment
from domain.payments.refunds.request import request_refund
from domain.payments.work import Submit
from domain.payouts import read as payouts
from domain.payouts.accounts.request import request
from domain.platform.inbox import cursor
from domain.platform.inbox.tables import inbox
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.tables import attempt
from gateways.testing import FakeCards, FakePayoutAccounts, FakePayouts, FakeRefunds, Fault
from runtime.database import Database
from runtime.gateways import Rail
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import engine, fake_rail
from tests.story import accepted, approved, balances, cause_of, hired, told_by
from tests.work_off import work_off

OTHER = "paypal"
_outcome = select(inbox.c.outcome)
_attempts = select(attempt.c.outcome).where(attempt.c.task == Submit.task)


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
        two.cards[OTHER].fail_next(Fault.STORED_AFTER)  # only a look-up finds it, by the same rail
        work_off(worker)
        work_off(worker, minutes=5)
        for name, payment in made.items():
            assert [len(cards.charges(payment.id)) for cards in two.cards.values()] == _only(name, two)
        refunds = {name: _refunded(database, clock, payment) for name, payment in made.items()}
        work_off(worker)
    for name, refund_id in refunds.items():
        assert [each.sent(refund_id) for each in two.refunds.values()] == _only(name, two)
    assert {account for account in balances(database) if account.startswith("clearing:")} == {
        "clearing:stripe",
        f"clearing:{OTHER}",
    }


def test_a_payout_goes_by_the_rail_that_has_the_money_or_waits(database: Database, clock: Clock, two: Two) -> None:
    """The workers' accounts are at the first provider."""
    accounts = FakePayoutAccounts(clock)
    with engine(
        database,
        clock,
        two.cards["stripe"],
        accounts=accounts,
        payouts=two.payouts["stripe"],
        more_rails={OTHER: two.other_rail(clock)},
    ) as worker:
        stories = {name: hired(database, clock) for name in two.cards}
        for name, story in stories.items():
            accepted(database, clock, story, provider=name)
            ready(database, clock, accounts, worker, story.bob.id)
        work_off(worker)
        for story in stories.values():
            approved(database, clock, story)
        work_off(worker)
    made = {name: database.read(lambda c, s=s: payouts.of_booking(c, s.booking.id)) for name, s in stories.items()}
    assert {name: (p.provider, p.status) for name, p in made.items() if p} == {
        "stripe": ("stripe", "in_transit"),
        OTHER: (OTHER, "on_hold"),
    }
    sent = {name: [each.transfers(p.id) for each in two.payouts.values()] for name, p in made.items() if p}
    assert sent == {"stripe": [1, 0], OTHER: [0, 0]}


def test_an_event_of_another_provider_than_the_orders_is_an_alarm(database: Database, clock: Clock, two: Two) -> None:
    payment = accepted(database, clock, hired(database, clock))
    taken = Captured(provider_id="x", charge_id="x", amount_minor=payment.amount_minor, currency=payment.currency)
    forged = PaymentEvent(event_id="evt_1", occurred_at=clock(), payment_id=payment.id, outcome=taken)
    two.cards["stripe"].fail_next(Fault.UNREACHABLE)
    with engine(database, clock, two.cards["stripe"], more_rails={OTHER: two.other_rail(clock)}) as worker:
        told_by(OTHER, database, clock, msgspec.json.encode(forged).decode(), forged.event_id)
        work_off(worker)
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "submitting"
    assert database.read(lambda c: c.run(_outcome).one()) == ("alarm",)


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
    assert {row[0] for row in database.read(lambda c: c.run(_attempts).all())} == {"try_later"}


def ready(database: Database, clock: Clock, accounts: FakePayoutAccounts, worker: Engine, person: str) -> None:
    """The worker has an account at the first provider, which pays out to it."""
    cause = cause_of(clock, person)
    made = database.write(lambda c: request(c, cause, "US")).account
    work_off(worker)
    (at_provider,) = accounts.made(made.id)
    accounts.onboard(at_provider)
    told_by("stripe", database, clock, accounts.events[-1])
    work_off(worker)


def _only(name: str, two: Two) -> list[int]:
    return [int(each == name) for each in two.cards]


def _refunded(database: Database, clock: Clock, payment: Payment) -> str:
    def unit(c: Connection) -> str:
        found = payments.by_id(c, payment.id)
        cause = cause_of(clock, payment.client_id)
        return request_refund(c, cause, found, amount_minor=5_000, reason="r", unique_key=payment.id).id

    return database.write(unit)
