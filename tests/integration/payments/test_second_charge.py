"""Look-ups missed a payment of the provider's that no card was tried for, another was made, and both can be paid.

It takes a failure that had its effect and was stored, a card whose owner is asked the first time and not the second,
and an event that is late.  Whatever happens then, the client pays once.
"""

from __future__ import annotations

import pytest

from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.payments.read import Payment
from domain.payments.refunds.read import of_payment
from domain.payments.work import Submit
from domain.platform.outbox import due
from gateways.testing import FakeCards, FakeRefunds, Fault
from runtime.database import Database
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import engine
from tests.integration.market.deaths import Killed, dies_before_commit, oversleeps
from tests.story import accepted, balances, hired, told_by
from tests.work_off import work_off

CARD = "pm_card_authenticationRequired"
PRICE, FEE = 9_000, 9_000 * 29 // 1000 + 30
ONE_PAID = {"clearing:stripe": PRICE - FEE, "provider_fee": FEE}
TWO_PAID_AND_ONE_BACK = {"clearing:stripe": PRICE - 2 * FEE, "provider_fee": 2 * FEE}


@pytest.fixture
def payment(database: Database, clock: Clock, cards: FakeCards, worker: Engine) -> Payment:
    """It is about to be asked for once more; the first time is there, and nobody knows of it."""
    made = accepted(database, clock, hired(database, clock), method=CARD)
    cards.fail_next(Fault.STORED_AFTER)
    submit(worker)
    for _ in range(2):
        clock.forward(minutes=10)
        submit(worker)
    found = find(database, made.id)
    assert (found.status, found.generation, found.provider_id) == ("submitting", 2, None)
    cards.trusts = True
    return found


def submit(worker: Engine) -> None:
    rows = worker.database.read(
        lambda c: due.due(c, {"payments": 9}, now=worker.clock(), known=[Submit.task])["payments"]
    )
    worker.run(REGISTRY[Submit.task], [row.id for row in rows])


def find(database: Database, payment_id: str) -> Payment:
    return database.read(lambda c: payments.by_id(c, payment_id))


def deliver(worker: Engine, cards: FakeCards, clock: Clock, nth: int) -> None:
    event = cards.listed[nth]
    told_by("stripe", worker.database, clock, event.payload, event.event_id)


def paid_first(worker: Engine, cards: FakeCards, clock: Clock, payment: Payment) -> None:
    """Its late event comes, its client sees the secret, and confirms at once."""
    deliver(worker, cards, clock, 0)
    work_off(worker)
    secret = find(worker.database, payment.id).client_secret
    assert secret is not None
    cards.confirm(secret, "pm_card_visa")


def settled(database: Database, worker: Engine, clock: Clock) -> None:
    for _ in range(3):
        work_off(worker)
        clock.forward(minutes=1)
    assert database.read(breaches) == []


def held_for(database: Database, payment: Payment, rest: dict[str, int]) -> None:
    assert balances(database) == {f"held:{payment.booking_id}": PRICE, **rest}


def test_both_were_paid_and_one_goes_back(
    database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds, worker: Engine, payment: Payment
) -> None:
    """The second's answer is on its way while the first is paid and heard of."""

    def meanwhile() -> None:
        with engine(database, clock, cards, holder="elsewhere:1") as other:
            paid_first(other, cards, clock, payment)
            deliver(other, cards, clock, -1)
            work_off(other)

    submit(oversleeps(worker, meanwhile))
    first, second = cards.charges(payment.id)
    assert find(database, payment.id).provider_id == first.provider_id
    for nth in range(len(cards.listed)):
        deliver(worker, cards, clock, nth)
    settled(database, worker, clock)
    (made,) = database.read(lambda c: of_payment(c, payment.id))
    assert (made.status, made.reason, made.charged_as) == ("succeeded", "second_charge", second.provider_id)
    assert refunds.gone_minor(payment.id) == PRICE
    held_for(database, payment, TWO_PAID_AND_ONE_BACK)


def test_the_seconds_answer_was_lost_and_its_event_tells_of_it(
    database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds, worker: Engine, payment: Payment
) -> None:
    with pytest.raises(Killed):
        submit(dies_before_commit(worker))
    paid_first(worker, cards, clock, payment)
    for nth in (-1, *range(len(cards.listed))):
        deliver(worker, cards, clock, nth)
        work_off(worker)
    settled(database, worker, clock)
    assert len(cards.charges(payment.id)) == 2
    assert refunds.gone_minor(payment.id) == PRICE
    held_for(database, payment, TWO_PAID_AND_ONE_BACK)


def test_whoever_is_too_slow_cannot_pay_the_first_any_more(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment
) -> None:
    with pytest.raises(Killed):
        submit(dies_before_commit(worker))
    deliver(worker, cards, clock, 0)
    work_off(worker)
    secret = find(database, payment.id).client_secret
    assert secret is not None
    deliver(worker, cards, clock, -1)
    settled(database, worker, clock)
    cards.confirm(secret, "pm_card_visa")
    assert len(cards.charges(payment.id)) == 1
    held_for(database, payment, ONE_PAID)
