"""The provider took another amount or currency than the order's: the booking is not funded, and the money goes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from domain.bookings import read as bookings
from domain.bookings.start import start
from domain.errors import Conflict
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.payments.ports import CardOrder
from domain.payments.read import Payment
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.read import Refund, of_payment
from domain.payments.refunds.retry import retry
from domain.payments.work import Ask, Submit
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox import due
from domain.platform.outbox.enqueue import enqueue
from domain.settlement.approve import approve
from gateways.testing import FakeCards, FakeRefunds, Fault
from runtime.database import Database
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests.clock import Clock
from tests.contents import unchanged
from tests.metrics import sample
from tests.story import Story, accepted, balances, cause_of, hired, told_by
from tests.work_off import work_off

ERROR = "a capture does not match its order"
WRONG: dict[str, Callable[[CardOrder], tuple[int, str]]] = {
    "less": lambda order: (order.amount_minor - 100, order.currency),
    "more": lambda order: (order.amount_minor + 100, order.currency),
    "another currency": lambda order: (order.amount_minor, "eur"),
    "a currency that we do not trade in": lambda order: (order.amount_minor, "xts"),
}


@pytest.fixture(params=WRONG.values(), ids=WRONG.keys())
def wrong(cards: FakeCards, request: pytest.FixtureRequest) -> None:
    cards.takes = request.param


def events(database: Database, clock: Clock, cards: FakeCards) -> None:
    for event in cards.listed:
        told_by("stripe", database, clock, event.payload, event.event_id)


def refund_of(database: Database, payment: Payment) -> Refund:
    (made,) = database.read(lambda c: of_payment(c, payment.id))
    return made


def counted(database: Database, clock: Clock) -> dict[str, float | None]:
    kinds = ("capture_mismatch", "second_charge", "event_refused")
    return {kind: sample(database, clock, "money_alarms_total", kind=kind) for kind in kinds}


def by_its_answer(worker: Engine, _cards: FakeCards) -> None:
    work_off(worker)


def by_its_event(worker: Engine, cards: FakeCards) -> None:
    """The worker's answer is lost after it had its effect; the event is first."""
    cards.fail_next(Fault.LOST_AFTER)
    work_off(worker)
    events(worker.database, Clock(worker.clock()), cards)
    work_off(worker)


def by_the_list_of_events(worker: Engine, cards: FakeCards) -> None:
    cards.fail_next(Fault.LOST_AFTER)
    work_off(worker)
    cause = cause_of(Clock(worker.clock()), "system")
    worker.database.write(lambda c: enqueue(c, cause, FetchEvents(provider="stripe")))
    work_off(worker)


@pytest.mark.usefixtures("wrong")
@pytest.mark.parametrize("heard", [by_its_answer, by_its_event, by_the_list_of_events])
def test_it_funds_nothing_is_an_alarm_and_goes_back_once(
    database: Database,
    clock: Clock,
    cards: FakeCards,
    refunds: FakeRefunds,
    worker: Engine,
    heard: Callable[[Engine, FakeCards], None],
) -> None:
    story = hired(database, clock)
    payment = accepted(database, clock, story)
    with capture_logs() as lines:
        heard(worker, cards)
    (taken,) = cards.charges(payment.id)
    found = database.read(lambda c: payments.by_id(c, payment.id))
    assert (found.status, found.error_code) == ("captured", "capture_mismatch")
    assert f"{taken.amount_minor} {taken.currency} instead of 9000 usd" in str(found.error_message)
    assert database.read(lambda c: bookings.by_id(c, story.booking.id)).status == "awaiting_payment"
    made = refund_of(database, payment)
    assert (made.status, made.reason) == ("succeeded", "wrong_capture")
    assert (made.amount_minor, made.currency) == (taken.amount_minor, taken.currency)
    assert refunds.gone_minor(payment.id) == taken.amount_minor
    said = [line for line in lines if line["event"] == ERROR]
    assert [(line["log_level"], line["payment"], line["taken_minor"]) for line in said] == [
        ("error", payment.id, taken.amount_minor)
    ]
    assert counted(database, clock) == {"capture_mismatch": 1, "second_charge": 0, "event_refused": 0}
    # Repeats change nothing, and only the fee is left.
    events(database, clock, cards)
    database.write(lambda c: enqueue(c, cause_of(clock, "system"), Ask(payment_id=payment.id)))
    work_off(worker)
    assert refund_of(database, payment) == made
    assert counted(database, clock)["capture_mismatch"] == 1
    assert balances(database) == {"clearing:stripe": -(taken.fee_minor or 0), "provider_fee": taken.fee_minor}
    assert database.read(breaches) == []


@pytest.mark.usefixtures("wrong")
def test_nobody_can_start_or_approve_it_and_the_client_may_pay_again(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine
) -> None:
    story = hired(database, clock)
    accepted(database, clock, story)
    work_off(worker)
    for actor, step in ((story.bob.id, start), (story.alice.id, approve)):
        with unchanged(database), pytest.raises(Conflict):
            database.write(lambda c, actor=actor, step=step: step(c, cause_of(clock, actor), story.booking.id))
    cards.takes = lambda order: (order.amount_minor, order.currency)
    paid_again(database, clock, story, worker)
    assert balances(database)[f"held:{story.booking.id}"] == 9_000
    assert database.read(breaches) == []


def paid_again(database: Database, clock: Clock, story: Story, worker: Engine) -> None:
    payment = accepted(database, clock, story, key="k2")
    work_off(worker)
    assert database.read(lambda c: payments.by_id(c, payment.id)).error_code is None
    assert database.read(lambda c: bookings.by_id(c, story.booking.id)).status == "funded"


@pytest.mark.usefixtures("wrong")
def test_an_operator_sends_a_refund_that_failed_again(
    database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds, worker: Engine
) -> None:
    payment = accepted(database, clock, hired(database, clock))
    refunds.refuses = True
    work_off(worker)
    (taken,) = cards.charges(payment.id)
    failed = refund_of(database, payment)
    assert (failed.status, balances(database)[f"unapplied:{payment.id}"]) == ("failed", taken.amount_minor)
    refunds.refuses = False
    again = database.write(lambda c: retry(c, cause_of(clock, "operator:ada"), failed.id))
    work_off(worker)
    assert (again.amount_minor, again.currency) == (taken.amount_minor, taken.currency)
    assert refunds.gone_minor(payment.id) == taken.amount_minor
    assert database.read(breaches) == []


@pytest.mark.usefixtures("wrong")
def test_the_sweep_and_the_task_make_one_refund_and_the_task_logs_it(
    database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds, worker: Engine
) -> None:
    payment = accepted(database, clock, hired(database, clock))
    rows = database.read(lambda c: due.due(c, {"payments": 9}, now=clock(), known=[Submit.task])["payments"])
    worker.run(REGISTRY[Submit.task], [row.id for row in rows])
    clock.forward(minutes=2)
    swept = [database.write(lambda c: refund_left_over(c, cause_of(clock, "system"), before=clock())) for _ in range(2)]
    with capture_logs() as lines:
        work_off(worker)
    assert swept == [1, 0]
    assert [line["payment"] for line in lines if line["event"] == ERROR] == [payment.id]
    assert (refund_of(database, payment).status, len(cards.charges(payment.id))) == ("succeeded", 1)
    assert refunds.gone_minor(payment.id) == cards.charges(payment.id)[0].amount_minor
