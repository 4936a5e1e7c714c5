"""One attempt after another: claimed once, fenced, in doubt when it must be, dead when it is spent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.ledger.tables import transfer
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.payments.ports import Captured, CardOrder, Outcome
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome
from domain.payments.work import Submit
from domain.platform.outbox import due, lease, read
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.read import Task
from domain.platform.outbox.states import TaskState
from domain.provider_errors import Refused
from gateways.testing import FakeCards, Fault
from runtime.database import Database
from runtime.settings import load
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import engine
from tests.story import accepted, cause_of, hired, task_of, tasks_of

SUBMIT = REGISTRY["payments.submit"]
DELIVER = REGISTRY["notifications.deliver"]
_posted = select(transfer.c.code, transfer.c.amount_minor).where(transfer.c.cause_id == bindparam("of_cause"))


@pytest.fixture
def payment(database: Database, clock: Clock) -> Payment:
    """Alice's, which was accepted and is to be submitted."""
    return accepted(database, clock, hired(database, clock))


@pytest.fixture
def row(database: Database, payment: Payment) -> Task:
    """The task that submits the payment."""
    return task_of(database, "payments.submit")


def attempts_of(database: Database, row_id: str) -> list[tuple[int, str | None]]:
    _, attempts = database.read(lambda c: read.task(c, row_id))
    return [(a.n, a.outcome) for a in attempts]


def status_of(database: Database, payment_id: str) -> str:
    return database.read(lambda c: payments.by_id(c, payment_id)).status


def test_a_payment_is_charged_and_recorded_in_one_run(
    database: Database, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    assert worker.run(SUBMIT, [row.id]) == 1

    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1
    assert task_of(database, "payments.submit").state == TaskState.DONE
    assert attempts_of(database, row.id) == [(1, "succeeded")]
    _, attempts = database.read(lambda c: read.task(c, row.id))
    assert attempts[0].provider_id == cards.charges(payment.id)[0].provider_id
    assert database.read(breaches) == []


def test_a_second_message_about_a_row_finds_nothing_to_claim(
    cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    assert [worker.run(SUBMIT, [row.id]) for _ in range(3)] == [1, 0, 0]
    assert len(cards.charges(payment.id)) == 1


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - {"payments.submit"}))
def test_a_message_of_another_task_cannot_finish_a_row(
    database: Database, cards: FakeCards, worker: Engine, name: str, payment: Payment, row: Task
) -> None:
    assert worker.run(REGISTRY[name], [row.id]) == 0
    assert task_of(database, "payments.submit") == row
    assert status_of(database, payment.id) == "accepted"
    assert cards.charges(payment.id) == []


def test_a_row_that_is_not_due_is_not_claimed(database: Database, clock: Clock, worker: Engine) -> None:
    payment = accepted(database, clock, hired(database, clock))
    later, at = Submit(payment_id=payment.id), clock() + timedelta(seconds=1)
    row_id = database.write(lambda c: enqueue(c, cause_of(clock, "system"), later, run_at=at))
    assert worker.run(SUBMIT, [row_id or ""]) == 0


def test_a_lost_answer_is_tried_again_in_doubt_and_charged_once(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    cards.fail_next(Fault.LOST_AFTER)

    worker.run(SUBMIT, [row.id])
    assert status_of(database, payment.id) == "submitting"
    assert task_of(database, "payments.submit").state == TaskState.PENDING
    clock.forward(minutes=5)
    worker.run(SUBMIT, [row.id])

    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1
    assert attempts_of(database, row.id) == [(1, "unknown"), (2, "succeeded")]


def test_a_process_that_died_leaves_an_open_attempt_and_the_next_is_in_doubt(
    database: Database, clock: Clock, worker: Engine, payment: Payment, row: Task
) -> None:
    prepared = worker._claim(SUBMIT, [row.id])
    assert not prepared[0].claim.in_doubt

    clock.forward(seconds=14)
    assert database.read(lambda c: lease.expired(c, now=clock())) == []
    clock.forward(seconds=2)
    ids = database.read(lambda c: lease.expired(c, now=clock()))
    assert ids == [row.id]
    database.write(lambda c: lease.take_back(c, ids, now=clock()))

    (again,) = worker._claim(SUBMIT, [row.id])
    assert again.claim.in_doubt
    assert again.claim.token > prepared[0].claim.token
    assert again.order.request_key == prepared[0].order.request_key
    assert attempts_of(database, row.id) == [(1, None), (2, None)]
    assert status_of(database, payment.id) == "submitting"


def test_a_late_process_changes_nothing_but_what_it_learnt_is_kept(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    late = worker._claim(SUBMIT, [row.id])
    clock.forward(seconds=20)
    database.write(lambda c: lease.take_back(c, [row.id], now=clock()))
    with engine(database, clock, cards, holder="there:2") as other:
        assert other.run(SUBMIT, [row.id]) == 1
    before = task_of(database, "payments.submit")

    worker.loop.run(worker._work_on(SUBMIT, late))

    assert task_of(database, "payments.submit") == before
    assert attempts_of(database, row.id) == [(1, "succeeded"), (2, "succeeded")]
    _, attempts = database.read(lambda c: read.task(c, row.id))
    assert attempts[0].detail is not None
    assert attempts[0].detail.startswith("late: ")
    assert len(cards.charges(payment.id)) == 1
    assert database.read(breaches) == []


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.RATE_LIMITED, Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_every_passing_fault_ends_in_one_charge(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, fault: Fault, payment: Payment, row: Task
) -> None:
    cards.fail_next(*[fault] * 3)
    for _ in range(4):
        worker.run(SUBMIT, [row.id])
        clock.forward(minutes=6)
    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1


def test_a_stored_failure_that_did_nothing_is_sent_under_a_new_key_after_two_empty_looks(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    cards.fail_next(Fault.STORED_BEFORE)

    for _ in range(2):  # send, look, look again: nothing goes out
        worker.run(SUBMIT, [row.id])
        assert cards.charges(payment.id) == []
        clock.forward(minutes=10)
    worker.run(SUBMIT, [row.id])
    clock.forward(minutes=1)
    worker.run(SUBMIT, [row.id])

    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1
    assert database.read(lambda c: payments.by_id(c, payment.id)).generation == 2


def test_a_stored_failure_that_did_it_all_the_same_is_found(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    cards.fail_next(Fault.STORED_AFTER)
    for _ in range(2):
        worker.run(SUBMIT, [row.id])
        clock.forward(minutes=10)
    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1
    assert database.read(lambda c: payments.by_id(c, payment.id)).generation == 1


def test_a_crash_loop_ends_dead(database: Database, clock: Clock, worker: Engine, row: Task) -> None:
    for _ in range(SUBMIT.retry.attempts - 1):  # claimed, and the process dies
        worker._claim(SUBMIT, [row.id])
        clock.forward(seconds=16)
        database.write(lambda c: lease.take_back(c, [row.id], now=clock()))
    failing = load({"JWT_SECRET_KEY": "k" * 32})
    cards = FakeCards(clock)
    cards.fail_next(Fault.UNREACHABLE)
    with engine(database, clock, cards, settings=failing) as last:
        last.run(SUBMIT, [row.id])
    dead = task_of(database, "payments.submit")
    assert (dead.state, dead.attempts) == (TaskState.DEAD, SUBMIT.retry.attempts)
    assert dead.error is not None
    assert "not_reached" in dead.error


def test_one_that_cannot_be_prepared_does_not_hold_its_neighbours(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine
) -> None:
    def three(connection: Connection) -> list[str]:
        cause = cause_of(clock, "system")
        made = [enqueue(connection, cause, Submit(payment_id=name)) for name in ("pay_none", "pay_nix")]
        return [row_id for row_id in made if row_id]

    bad = database.write(three)
    payment = accepted(database, clock, hired(database, clock))
    rows = database.read(lambda c: due.due(c, {"payments": 10}, now=clock(), known=["payments.submit"])["payments"])
    ids = [row.id for row in rows]
    assert set(bad) < set(ids)

    assert worker.run(SUBMIT, ids) == 3

    assert status_of(database, payment.id) == "captured"
    for row_id in bad:
        assert attempts_of(database, row_id) == [(1, "failed")]
        row, _ = database.read(lambda c, row_id=row_id: read.task(c, row_id))
        assert row.state == TaskState.PENDING


def test_leases_are_renewed_only_while_the_work_is_within_its_time(
    database: Database, clock: Clock, worker: Engine, row: Task
) -> None:
    worker._claim(SUBMIT, [row.id])
    worker.leases.hold([row.id], SUBMIT.max_runtime)
    clock.forward(seconds=10)
    worker.leases.renew_once()
    renewed, _ = database.read(lambda c: read.task(c, row.id))
    assert renewed.lease_until == clock() + worker.settings.lease
    worker.leases.release([row.id])
    clock.forward(seconds=10)
    worker.leases.renew_once()
    unchanged, _ = database.read(lambda c: read.task(c, row.id))
    assert unchanged.lease_until == renewed.lease_until


def test_a_key_that_the_provider_has_forgotten_is_looked_up_twice_and_then_sent_anew(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine, payment: Payment, row: Task
) -> None:
    cards.fail_next(Fault.LOST_BEFORE)
    worker.run(SUBMIT, [row.id])
    clock.forward(hours=24)  # the whole platform was down for a day

    worker.run(SUBMIT, [row.id])
    clock.forward(minutes=10)
    worker.run(SUBMIT, [row.id])
    assert cards.charges(payment.id) == []
    worker.run(SUBMIT, [row.id])

    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1


class Refusing(FakeCards):
    """Refuses every new payment; what it holds it holds."""

    refuses = True

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        if self.refuses:
            raise Refused("fake", "parameter_invalid", "no")
        return await super().submit(order, deadline)


def test_a_refused_payment_is_declined_and_its_task_is_done(
    database: Database, clock: Clock, payment: Payment, row: Task
) -> None:
    with engine(database, clock, Refusing(clock)) as worker:
        worker.run(SUBMIT, [row.id])
    found = database.read(lambda c: payments.by_id(c, payment.id))
    assert (found.status, found.error_code) == ("declined", "provider_refused")
    assert task_of(database, "payments.submit").state == TaskState.DONE


def test_a_refusal_after_a_lost_answer_does_not_hide_the_charge(
    database: Database, clock: Clock, payment: Payment, row: Task
) -> None:
    cards = Refusing(clock)
    cards.refuses = False
    cards.fail_next(Fault.LOST_AFTER)
    with engine(database, clock, cards) as worker:
        worker.run(SUBMIT, [row.id])
        cards.refuses = True
        clock.forward(minutes=5)
        worker.run(SUBMIT, [row.id])
    assert status_of(database, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1


def test_the_provider_is_not_asked_about_a_fee_that_is_known(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine
) -> None:
    payment = accepted(database, clock, hired(database, clock))
    cause = cause_of(clock, "stripe")
    captured = Captured(provider_id="pi", charge_id="ch", amount_minor=9_000, currency="usd")
    database.write(lambda c: record_outcome(c, cause, payment.id, captured))
    ask = task_of(database, "payments.ask")
    known = Captured(provider_id="pi", charge_id="ch", amount_minor=9_000, currency="usd", fee_minor=291)
    database.write(lambda c: record_outcome(c, cause, payment.id, known))
    clock.forward(seconds=5)
    cards.fail_next(Fault.UNREACHABLE)  # would be met by any call

    worker.run(REGISTRY["payments.ask"], [ask.id])

    assert task_of(database, "payments.ask").state == TaskState.DONE
    codes = sorted(database.read(lambda c: c.run(_posted, of_cause=payment.id).all()))
    assert codes == [("capture", 9_000), ("provider_fee", 291)]


def test_a_booking_that_was_paid_meanwhile_is_not_charged_again(
    database: Database, clock: Clock, cards: FakeCards, worker: Engine
) -> None:
    story = hired(database, clock)
    first = accepted(database, clock, story, method="pm_card_visa_chargeDeclined")
    first_row = task_of(database, "payments.submit")
    worker.run(SUBMIT, [first_row.id])
    assert status_of(database, first.id) == "declined"
    second = accepted(database, clock, story, key="k2")
    late = Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=9_000, currency="usd", fee_minor=1)
    database.write(lambda c: record_outcome(c, cause_of(clock, "stripe"), first.id, late))

    rows = tasks_of(database, "payments.submit", state="pending")
    worker.run(SUBMIT, [row.id for row in rows])

    assert (status_of(database, first.id), status_of(database, second.id)) == ("captured", "cancelled")
    assert cards.charges(second.id) == []
    assert database.read(breaches) == []
