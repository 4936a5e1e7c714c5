"""A refund sets its money apart, goes out once whatever dies, and puts the money back when it fails."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import Conflict, DomainError, Invalid
from domain.history.read import changes
from domain.ledger.read import balance_of
from domain.notifications import read as notifications
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.ports import Declined
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome as payment_outcome
from domain.payments.refunds import read
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome
from domain.payments.refunds.states import TRANSITIONS, RefundState
from domain.settlement.release import release
from gateways.testing import FakeRefunds, Fault
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.contents import unchanged
from tests.story import accepted, asked_back, balances, captured, cause_of, hired, paid, tasks_of
from tests.work_off import work_off

SENT = Refunded(provider_id="re_1")
FAILED = RefundFailed(provider_id="re_1", code="lost_or_stolen_card", message="It came back.")
OUTCOMES: dict[RefundState, RefundOutcome] = {
    RefundState.PROCESSING: RefundProcessing(provider_id="re_1"),
    RefundState.SUCCEEDED: SENT,
    RefundState.FAILED: FAILED,
}


def find(database: Database, refund_id: str) -> Refund:
    return database.read(lambda c: read.by_id(c, refund_id))


def tell(database: Database, clock: Clock, refund_id: str, outcome: RefundOutcome) -> bool:
    return database.write(lambda c: record_outcome(c, cause_of(clock, "stripe"), refund_id, outcome))


def settle(worker: Engine, clock: Clock) -> None:
    """Long enough for every retry, and for two look-ups."""
    for _ in range(4):
        work_off(worker)
        clock.forward(minutes=11)
    work_off(worker)


def test_a_worked_example(database: Database, clock: Clock, worker: Engine) -> None:
    """All of 90.00 goes back; what Stripe took for it stays lost."""
    story, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    apart = balances(database)
    assert apart[f"refund_pending:{made.id}"] == 9_000
    assert f"held:{story.booking.id}" not in apart
    work_off(worker)
    assert find(database, made.id).status == RefundState.SUCCEEDED
    assert balances(database) == {"clearing:stripe": -291, "provider_fee": 291}
    heard = database.read(lambda c: notifications.page(c, story.alice.id, before=None, most=50))
    assert [n.subject_id for n in heard if n.kind == "refund.sent"] == [made.id]
    assert database.read(breaches) == []


def test_what_is_set_apart_cannot_be_released_or_refunded_again(database: Database, clock: Clock) -> None:
    story, payment = paid(database, clock)
    asked_back(database, clock, payment, 1)
    with unchanged(database), pytest.raises(IntegrityError):
        database.write(lambda c: release(c, cause_of(clock, "system"), story.booking))
    with unchanged(database), pytest.raises(Conflict) as refused:
        asked_back(database, clock, payment, 9_000, key="k2")
    assert refused.value.code == "refund_exceeds_held"
    asked_back(database, clock, payment, 8_999, key="k3")
    assert database.read(lambda c: read.standing_minor(c, payment.id)) == 9_000


def test_the_same_key_is_the_same_refund(database: Database, clock: Clock) -> None:
    _, payment = paid(database, clock)
    first = asked_back(database, clock, payment, 4_000)
    with unchanged(database):
        assert asked_back(database, clock, payment, 4_000).id == first.id


@pytest.mark.parametrize(("amount", "error"), [(0, Invalid), (-1, Invalid), (9_001, Conflict), (2**62, Conflict)])
def test_an_amount_that_cannot_go_back(database: Database, clock: Clock, amount: int, error: type[DomainError]) -> None:
    _, payment = paid(database, clock)
    with unchanged(database), pytest.raises(error):
        asked_back(database, clock, payment, amount)


def test_a_payment_that_was_never_captured_has_nothing_to_refund(database: Database, clock: Clock) -> None:
    payment = accepted(database, clock, hired(database, clock))
    with unchanged(database), pytest.raises(Conflict) as refused:
        asked_back(database, clock, payment, 1)
    assert refused.value.code == "payment_not_captured"


def test_every_state_meets_every_outcome(database: Database, clock: Clock) -> None:
    ways: dict[RefundState, list[RefundOutcome]] = {
        RefundState.REQUESTED: [],
        RefundState.PROCESSING: [OUTCOMES[RefundState.PROCESSING]],
        RefundState.SUCCEEDED: [SENT],
        RefundState.FAILED: [FAILED],
    }
    for before, way in ways.items():
        for after, outcome in OUTCOMES.items():
            case = (before, after)
            _, payment = paid(database, clock)
            made = asked_back(database, clock, payment)
            for step in way:
                tell(database, clock, made.id, step)
            if after in TRANSITIONS[before]:
                assert tell(database, clock, made.id, outcome), case
                assert find(database, made.id).status == after, case
                last = database.read(lambda c, i=made.id: changes(c, i))[-1]
                assert (last.from_state, last.to_state) == (before, after), case
            with unchanged(database, case):
                assert not tell(database, clock, made.id, outcome), case
    assert database.read(breaches) == []


def test_one_that_fails_puts_the_money_back_even_after_it_had_gone(database: Database, clock: Clock) -> None:
    for way in ([FAILED], [SENT, FAILED]):
        story, payment = paid(database, clock)
        made = asked_back(database, clock, payment, 5_000)
        before = balances(database)["clearing:stripe"]
        for outcome in way:
            tell(database, clock, made.id, outcome)
        assert database.read(lambda c, s=story: balance_of(c, f"held:{s.booking.id}", "usd")) == 9_000
        assert balances(database)["clearing:stripe"] == before
        assert asked_back(database, clock, payment, 9_000, key="again").status == RefundState.REQUESTED
    assert database.read(breaches) == []


@pytest.mark.parametrize("fault", Fault)
def test_whatever_goes_wrong_it_goes_back_once(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine, fault: Fault
) -> None:
    _, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    refunds.fail_next(fault)
    settle(worker, clock)
    assert refunds.sent(made.id) == 1
    assert find(database, made.id).status == RefundState.SUCCEEDED
    assert database.read(breaches) == []


def test_a_stored_failure_that_hid_nothing_is_sent_under_another_key(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    _, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    refunds.fail_next(Fault.STORED_BEFORE)
    work_off(worker)
    assert (find(database, made.id).generation, refunds.sent(made.id)) == (1, 0)
    settle(worker, clock)
    assert (find(database, made.id).generation, refunds.sent(made.id)) == (2, 1)


def test_a_provider_without_the_money_is_asked_again_under_another_key(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    _, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    refunds.is_empty = True
    work_off(worker)
    assert find(database, made.id).status == RefundState.SUBMITTING
    refunds.is_empty = False
    work_off(worker, minutes=11)
    assert (find(database, made.id).status, find(database, made.id).generation) == (RefundState.SUCCEEDED, 2)


def test_one_that_the_provider_refuses_has_failed(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    story, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    refunds.refuses = True
    work_off(worker)
    found = find(database, made.id)
    assert (found.status, found.error_code) == (RefundState.FAILED, "charge_already_refunded")
    assert balances(database)[f"held:{story.booking.id}"] == 9_000
    heard = database.read(lambda c: notifications.page(c, story.alice.id, before=None, most=50))
    assert [n.subject_id for n in heard if n.kind == "refund.failed"] == [made.id]


def test_what_was_captured_for_nothing_goes_back_by_itself(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    story = hired(database, clock)
    first = accepted(database, clock, story)
    tell_declined(database, clock, first)
    second = accepted(database, clock, story, key="k2")
    captured(database, clock, second)
    captured(database, clock, first)
    work_off(worker)
    (made,) = database.read(lambda c: read.of_payment(c, first.id))
    assert (made.status, made.amount_minor, made.reason) == (RefundState.SUCCEEDED, 9_000, "late_capture")
    assert refunds.sent(made.id) == 1
    assert database.read(lambda c: read.of_payment(c, second.id)) == []
    left = balances(database)
    assert left[f"held:{story.booking.id}"] == 9_000
    assert f"unapplied:{first.id}" not in left
    assert database.read(breaches) == []


def tell_declined(database: Database, clock: Clock, payment: Payment) -> None:
    no = Declined(provider_id="pi_x", code="card_declined", message="No.")
    database.write(lambda c: payment_outcome(c, cause_of(clock, "stripe"), payment.id, no))


def test_a_late_capture_whose_task_was_lost_is_found(database: Database, clock: Clock, worker: Engine) -> None:
    story = hired(database, clock)
    first = accepted(database, clock, story)
    tell_declined(database, clock, first)
    captured(database, clock, accepted(database, clock, story, key="k2"))
    captured(database, clock, first)

    def sweep() -> int:
        before = clock()
        return database.write(lambda c: refund_left_over(c, cause_of(clock, "system"), before=before))

    assert sweep() == 0  # too young: its own task is at work
    clock.forward(minutes=2)
    assert [sweep(), sweep()] == [1, 0]
    work_off(worker)
    assert len(database.read(lambda c: read.of_payment(c, first.id))) == 1
    rows = tasks_of(database, "refunds.late_capture")
    assert [row.state for row in rows] == ["done"]
