"""Who is asked about: payments that wait for the provider's word, and that nobody is asking about already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, update

from domain.database import Connection
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.overdue import ask_about_overdue, submit_lost
from domain.payments.ports import Captured, Processing
from domain.payments.record_outcome import record_outcome
from domain.platform.maintenance.work import AskOverdue
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.states import TaskState
from domain.platform.outbox.tables import outbox
from gateways.testing import FakeCards, Fault
from runtime.database import Database
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tests.clock import Clock
from tests.engines import engine
from tests.story import accepted, cause_of, hired, task_of, tasks_of

_dead = update(outbox).where(outbox.c.id == bindparam("row_id")).values(state=TaskState.DEAD.value)
_removed = delete(outbox).where(outbox.c.id == bindparam("row_id"))
MINUTE = timedelta(minutes=1)


def asked(database: Database, clock: Clock) -> int:
    def unit(connection: Connection) -> int:
        return ask_about_overdue(connection, cause_of(clock, "system"), before=clock())

    return database.write(unit)


def give_up(database: Database, row_id: str) -> None:
    """As after its last attempt."""
    database.write(lambda c: c.run(_dead, row_id=row_id))


def submission(database: Database) -> str:
    return task_of(database, "payments.submit").id


def test_a_payment_whose_submission_is_open_asks_for_itself(database: Database, clock: Clock) -> None:
    cards = FakeCards(clock)
    accepted(database, clock, hired(database, clock))
    cards.fail_next(Fault.LOST_AFTER)
    with engine(database, clock, cards) as worker:
        worker.run(REGISTRY["payments.submit"], [submission(database)])
    clock.forward(minutes=2)
    assert asked(database, clock) == 0


def test_one_that_was_given_up_is_asked_about_once_until_there_is_an_answer(database: Database, clock: Clock) -> None:
    cards = FakeCards(clock)
    payment = accepted(database, clock, hired(database, clock))
    cards.fail_next(Fault.LOST_AFTER)
    with engine(database, clock, cards) as worker:
        worker.run(REGISTRY["payments.submit"], [submission(database)])
        give_up(database, submission(database))
        clock.forward(minutes=2)
        assert [asked(database, clock), asked(database, clock)] == [1, 0]

        ask = task_of(database, "payments.ask", state="pending")
        worker.run(REGISTRY["payments.ask"], [ask.id])
    row = task_of(database, "payments.ask")
    assert row.state == TaskState.DONE
    assert len(cards.charges(payment.id)) == 1
    clock.forward(minutes=2)
    assert asked(database, clock) == 0


def test_one_that_the_provider_is_processing_is_asked_about_until_it_is_settled(
    database: Database, clock: Clock
) -> None:
    cards = FakeCards(clock)
    payment = accepted(database, clock, hired(database, clock))
    with engine(database, clock, cards) as worker:
        worker.run(REGISTRY["payments.submit"], [submission(database)])
    assert asked(database, clock) == 0  # captured

    other = accepted(database, clock, hired(database, clock), key="k2")
    rows = tasks_of(database, "payments.submit", state="pending")
    give_up(database, rows[0].id)
    cause = cause_of(clock, "stripe")
    database.write(lambda c: record_outcome(c, cause, other.id, Processing(provider_id="pi_2")))
    assert payment.id != other.id
    assert asked(database, clock) == 0  # it was never submitted by us
    captured = Captured(provider_id="pi_2", charge_id="ch_2", amount_minor=9_000, currency="usd", fee_minor=1)
    assert database.write(lambda c: record_outcome(c, cause, other.id, captured))


def lose(database: Database) -> None:
    """As somebody would by hand, who has no business there."""
    database.write(lambda c: c.run(_removed, row_id=submission(database)))


def again(database: Database, clock: Clock, before: datetime) -> list[str]:
    return database.write(lambda c: submit_lost(c, cause_of(clock, "system"), before=before))


def test_one_whose_submission_was_lost_is_submitted_once(database: Database, clock: Clock) -> None:
    cards = FakeCards(clock)
    payment = accepted(database, clock, hired(database, clock))
    assert again(database, clock, clock() + MINUTE) == []  # it is there
    lose(database)
    assert again(database, clock, clock() - MINUTE) == []  # too young for anybody to worry
    clock.forward(minutes=2)
    assert [again(database, clock, clock()), again(database, clock, clock())] == [[payment.id], []]
    assert asked(database, clock) == 0
    with engine(database, clock, cards) as worker:
        worker.run(REGISTRY["payments.submit"], [submission(database)])
    assert len(cards.charges(payment.id)) == 1
    assert database.read(breaches) == []
    assert again(database, clock, clock() + MINUTE) == []


def test_one_that_was_given_up_waits_for_an_operator(database: Database, clock: Clock) -> None:
    accepted(database, clock, hired(database, clock))
    give_up(database, submission(database))
    clock.forward(minutes=2)
    assert again(database, clock, clock()) == []


def test_many_who_look_at_once_queue_it_once(database: Database, clock: Clock) -> None:
    payment = accepted(database, clock, hired(database, clock))
    lose(database)
    clock.forward(minutes=2)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: again(database, clock, clock()), range(8)))
    assert sorted(found) == [[]] * 7 + [[payment.id]]
    assert submission(database)


def test_the_reconciliation_does_it_by_the_clock(database: Database, clock: Clock) -> None:
    cards = FakeCards(clock)
    payment = accepted(database, clock, hired(database, clock))
    lose(database)
    clock.forward(minutes=30)
    cause = cause_of(clock, "system")
    row_id = database.write(lambda c: enqueue(c, cause, AskOverdue()))
    with engine(database, clock, cards) as worker:
        worker.run(REGISTRY[AskOverdue.task], [row_id or ""])
        worker.run(REGISTRY["payments.submit"], [submission(database)])
    assert len(cards.charges(payment.id)) == 1
