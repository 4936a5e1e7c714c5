"""Two rails at once: payments, look-ups, refunds, payouts and lists of events, each by the rail of its order."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import select

from domain.payments import read as payments
from domain.payments.ports import Captured, PaymentEvent
from domain.payments.work import Submit
from domain.payouts import read as payouts
from domain.payouts.accounts.request import request
from domain.platform.inbox import cursor
from domain.platform.inbox.tables import inbox
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.tables import attempt
from gateways.testing import FakeCards, FakePayoutAccounts, FakePayouts, FakeRefunds, Fault
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import engine, fake_rail
from tests.scene import Scene

OTHER = "paypal"
_outcome = select(inbox.c.outcome)
_attempts = select(attempt.c.outcome).where(attempt.c.task == Submit.task)


class Two:
    """The providers of both rails, by name.  The workers' accounts are at the first."""

    def __init__(self, clock: Clock) -> None:
        self.cards = {name: FakeCards(clock) for name in ("stripe", OTHER)}
        self.refunds = {name: FakeRefunds(clock) for name in self.cards}
        self.payouts = {name: FakePayouts(clock) for name in self.cards}
        self.accounts = FakePayoutAccounts(clock)

    def only(self, name: str) -> list[int]:
        """One at that provider, none at the other."""
        return [int(each == name) for each in self.cards]


@pytest.fixture
def two(clock: Clock) -> Two:
    return Two(clock)


@pytest.fixture
def cards(two: Two) -> FakeCards:
    return two.cards["stripe"]


@pytest.fixture
def worker(database: Database, clock: Clock, two: Two) -> Iterator[Engine]:
    other = fake_rail(clock, two.cards[OTHER], refunds=two.refunds[OTHER], payouts=two.payouts[OTHER])
    parts = {"refunds": two.refunds["stripe"], "payouts": two.payouts["stripe"], "accounts": two.accounts}
    with engine(database, clock, two.cards["stripe"], more_rails={OTHER: other}, **parts) as made:
        yield made


def test_each_payment_and_refund_goes_by_the_rail_of_its_order(scene: Scene, two: Two) -> None:
    made = {name: scene.accepted(provider=name) for name in two.cards}
    two.cards[OTHER].fail_next(Fault.STORED_AFTER)  # only a look-up finds it, by the same rail
    scene.work()
    scene.work(minutes=5)
    for name, payment in made.items():
        assert [len(cards.charges(payment.id)) for cards in two.cards.values()] == two.only(name)
    found = {name: scene.look(payments.by_id, payment.id) for name, payment in made.items()}
    refunds = {name: scene.asked_back(payment, 5_000) for name, payment in found.items()}
    scene.work()
    for name, refund in refunds.items():
        assert [each.sent(refund.id) for each in two.refunds.values()] == two.only(name)
    assert {account for account in scene.balances() if account.startswith("clearing:")} == {
        "clearing:stripe",
        f"clearing:{OTHER}",
    }


def test_a_payout_goes_by_the_rail_that_has_the_money_or_waits(scene: Scene, two: Two) -> None:
    stories = {name: scene.hired() for name in two.cards}
    for name, story in stories.items():
        scene.accepted(story, provider=name)
        ready(scene, two.accounts, story.bob.id)
    scene.work()
    for story in stories.values():
        scene.approved(story)
    scene.work()
    made = {name: scene.look(payouts.of_booking, story.booking.id) for name, story in stories.items()}
    assert {name: (p.provider, p.status) for name, p in made.items() if p} == {
        "stripe": ("stripe", "in_transit"),
        OTHER: (OTHER, "on_hold"),
    }
    sent = {name: [each.transfers(p.id) for each in two.payouts.values()] for name, p in made.items() if p}
    assert sent == {"stripe": [1, 0], OTHER: [0, 0]}


def test_an_event_of_another_provider_than_the_orders_is_an_alarm(scene: Scene) -> None:
    payment = scene.accepted()
    taken = Captured(provider_id="x", charge_id="x", amount_minor=payment.amount_minor, currency=payment.currency)
    forged = PaymentEvent(event_id="evt_1", occurred_at=scene.clock(), payment_id=payment.id, outcome=taken)
    scene.cards.fail_next(Fault.UNREACHABLE)
    scene.told(OTHER, msgspec.json.encode(forged).decode(), forged.event_id)
    scene.work()
    assert scene.look(payments.by_id, payment.id).status == "submitting"
    assert scene.database.read(lambda c: c.run(_outcome).one()) == ("alarm",)


def test_events_are_fetched_from_the_provider_that_the_work_names(scene: Scene) -> None:
    scene.cards.fail_next(Fault.UNREACHABLE)
    scene.queue(FetchEvents(provider=OTHER))
    scene.work()
    assert scene.look(cursor.read_until, OTHER) is not None
    assert scene.look(cursor.read_until, "stripe") is None


def test_an_order_of_a_provider_without_keys_is_sent_nowhere(scene: Scene) -> None:
    payment = scene.accepted(provider=OTHER)
    with scene.elsewhere() as without:
        without.work()
    assert scene.look(payments.by_id, payment.id).status == "submitting"
    assert scene.cards.charges(payment.id) == []
    assert {row[0] for row in scene.database.read(lambda c: c.run(_attempts).all())} == {"try_later"}


def ready(scene: Scene, accounts: FakePayoutAccounts, person: str) -> None:
    """The worker has an account at the first provider, which pays out to it."""
    made = scene.do(person, request, "US").account
    scene.work()
    (at_provider,) = accounts.made(made.id)
    accounts.onboard(at_provider)
    scene.told("stripe", accounts.events[-1])
    scene.work()
