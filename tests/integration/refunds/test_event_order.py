"""In whatever order, how often, and whether at all a refund's events come, and whatever answers are lost: it goes back
once, or the money is where it was."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings

from domain.ledger.read import balance_of
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.refunds import read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.work import Sweep
from domain.platform.inbox.ports import EventPage, ProviderEvent
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards, FakeRefunds, Fault
from runtime.database import Database
from tests.any_order import QUIET, Delivered, Order, deliveries, plain_orders
from tests.clock import Clock
from tests.engines import engine
from tests.story import asked_back, cause_of, heard, paid, tasks_of, told_by
from tests.work_off import work_off

LIVES: dict[str, tuple[bool, list[bool]]] = {
    "sent": (False, []),
    "sent later": (True, [True]),
    "failed": (True, [False]),
    "came back": (False, [False]),
}
"""Whether it is only processing at first, and what the client's bank says of it then."""
EVENTS = {life: 1 + len(told) for life, (_, told) in LIVES.items()}
OURS = ("payments.", "refunds.", "payouts.", "payout_accounts.", "webhooks.")


class Listing(FakeCards):
    """The provider's own list has the refunds' events, delivered or not."""

    refunds: FakeRefunds

    async def events(self, since: datetime, until: datetime, cursor: str | None, deadline: timedelta) -> EventPage:
        return EventPage(events=[_listed(payload, until) for payload in self.refunds.events], next_cursor=None)


def _listed(payload: str, at: datetime) -> ProviderEvent:
    event_id = msgspec.json.decode(payload)["event_id"]
    return ProviderEvent(event_id=event_id, type="refund", created=at, payload=payload)


def live(database: Database, life: str, faults: list[Fault], order: Order) -> None:
    clock = Clock()
    slow, bank = LIVES[life]
    cards, refunds = Listing(clock), FakeRefunds(clock, slow=slow)
    cards.refunds = refunds
    _, payment = paid(database, clock)
    made = asked_back(database, clock, payment, 5_000)
    with engine(database, clock, cards, refunds=refunds) as worker:
        refunds.fail_next(*faults)
        work_off(worker)
        told = 0

        def speak(upto: int) -> None:
            nonlocal told
            while refunds.sent(made.id) and told < min(upto, len(bank)):
                refunds.settle(made.id, succeed=bank[told])
                told += 1

        for number, at_once in order:
            speak(number)
            if number < len(refunds.events):
                told_by("stripe", database, clock, refunds.events[number])
            clock.forward(seconds=1)
            if at_once:
                work_off(worker)
        for n in range(6):
            clock.forward(minutes=20)
            if n == 3:
                speak(len(bank))
            for work in (FetchEvents(provider="stripe"), Sweep()):
                database.write(lambda c, w=work: enqueue(c, cause_of(clock, "system"), w))
            work_off(worker)
    check(database, life, made, refunds)


def check(database: Database, life: str, made: Refund, refunds: FakeRefunds) -> None:
    found = database.read(lambda c: read.by_id(c, made.id))
    assert refunds.sent(made.id) == 1
    gone = life in ("sent", "sent later")
    assert found.status == (RefundStatus.SUCCEEDED if gone else RefundStatus.FAILED)
    held = database.read(lambda c: balance_of(c, found.source, "usd"))
    assert held == (4_000 if gone else 9_000)
    assert database.read(lambda c: balance_of(c, f"refund_pending:{made.id}", "usd")) == 0
    told = heard(database, made.client_id)
    assert told.count("refund.failed") == (not gone)
    assert told.count("refund.sent") <= 1
    assert database.read(breaches) == []
    rows = tasks_of(database)
    assert [row for row in rows if row.status != "done" and row.task.startswith(OURS)] == []


@pytest.mark.parametrize("life", sorted(LIVES))
def test_in_order_backwards_and_not_at_all(database: Database, life: str) -> None:
    for order in plain_orders(EVENTS[life]):
        live(database, life, [], order)


@settings(QUIET, max_examples=40)
@given(delivered=deliveries(EVENTS))
def test_any_order_any_number_of_times(sqlite_database: Database, delivered: Delivered) -> None:
    live(sqlite_database, *delivered)


@settings(QUIET, max_examples=8)
@given(delivered=deliveries(EVENTS))
def test_any_order_on_postgresql(postgres_database: Database, delivered: Delivered) -> None:
    live(postgres_database, *delivered)
