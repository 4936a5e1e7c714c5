"""In whatever order, how often, and whether at all a payout's events come, and whatever answers are lost: the worker
is paid once, or the money is payable again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from domain.payouts.states import PayoutStatus
from domain.payouts.work import Poll, PollPaid
from gateways.testing import Fault
from runtime.database import Database
from tests.any_order import QUIET, Delivered, Order, deliveries, plain_orders
from tests.integration.payouts.scene import EARNED, Stage, staged

LIVES: dict[str, list[str | None]] = {"paid": [None], "failed": ["account_closed"], "returned": [None, "returned"]}
"""What the bank says, one after the other; None: it has it."""
EVENTS = {life: 1 + len(told) for life, told in LIVES.items()}


def live(database: Database, life: str, faults: list[Fault], order: Order) -> None:
    with staged(database) as stage:
        payouts, made = stage.payouts, stage.earn_at_once()
        payouts.fail_next(*faults)
        told = 0
        for number, at_once in order:
            told = _happen(stage, life, number, told)
            if number < len(payouts.events):
                stage.deliver(payouts.events[number])
            stage.clock.forward(seconds=1)
            if at_once:
                stage.work()
        stage.settle()
        while payouts.paid(made.id) + told and told < len(LIVES[life]):
            told = _happen(stage, life, told + 1, told)
        for _ in range(3):  # what never came is asked about
            stage.clock.forward(days=1)
            for work in (Poll(), PollPaid()):
                stage.queue(work)
            stage.work()
        check(stage, life)


def _happen(stage: Stage, life: str, number: int, told: int) -> int:
    """The bank speaks before an event can tell of it; how often it has spoken."""
    if not stage.payouts.events:
        stage.settle()  # nothing was sent yet: the first attempts failed
    while told < number:
        stage.payouts.arrive(stage.payout().id, LIVES[life][told])
        told += 1
    return told


def check(stage: Stage, life: str) -> None:
    found, bob = stage.payout(), stage.story.bob.id
    assert stage.payouts.transfers(found.id) == 1
    assert stage.payouts.paid(found.id) == (life == "paid")
    if life == "paid":
        assert found.status == PayoutStatus.PAID
    else:
        # A bank's refusal that overtakes its acceptance is a failure, whatever it is told later.
        assert found.status in (PayoutStatus.FAILED, PayoutStatus.RETURNED)
        assert stage.bob_heard("payout.failed") == 1
    assert stage.bob_heard("payout.paid") == (life == "paid" or found.status == PayoutStatus.RETURNED)
    back = 0 if life == "paid" else EARNED
    assert (stage.balance(f"worker_payable:{bob}"), stage.balance(f"connected:{bob}")) == (back, back)
    assert stage.balance(f"payout_pending:{found.id}") == 0
    assert stage.breaches() == []
    # Other examples' payouts are there, too.
    assert [row for row in stage.tasks() if row.status != "done" and found.id in row.args] == []


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
