"""One attempt after another: claimed once, fenced, in doubt when it must be, dead when it is spent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select

from domain.ledger.tables import transfer
from domain.payments import read as payments
from domain.payments.ports import Captured, CardOrder, Outcome
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome
from domain.payments.work import Submit
from domain.platform.outbox import lease, read
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.read import Task
from domain.platform.outbox.states import TaskStatus
from domain.provider_errors import Refused
from gateways.testing import FakeCards, Fault
from tasks.declare import REGISTRY
from tests.scene import Scene

SUBMIT = REGISTRY["payments.submit"]
DELIVER = REGISTRY["notifications.deliver"]
_posted = select(transfer.c.code, transfer.c.amount_minor).where(transfer.c.cause_id == bindparam("of_cause"))


@pytest.fixture
def payment(scene: Scene) -> Payment:
    """Alice's, which was accepted and is to be submitted."""
    return scene.accepted()


@pytest.fixture
def row(scene: Scene, payment: Payment) -> Task:
    """The task that submits the payment."""
    return scene.task("payments.submit")


def attempts_of(scene: Scene, row_id: str) -> list[tuple[int, str | None]]:
    _, attempts = scene.look(read.task, row_id)
    return [(a.n, a.outcome) for a in attempts]


def status_of(scene: Scene, payment_id: str) -> str:
    return scene.look(payments.by_id, payment_id).status


def test_a_payment_is_charged_and_recorded_in_one_run(scene: Scene, payment: Payment, row: Task) -> None:
    assert scene.run(row) == 1

    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.task("payments.submit").status == TaskStatus.DONE
    assert attempts_of(scene, row.id) == [(1, "succeeded")]
    _, attempts = scene.look(read.task, row.id)
    assert attempts[0].provider_id == scene.cards.charges(payment.id)[0].provider_id
    assert scene.breaches() == []


def test_a_second_message_about_a_row_finds_nothing_to_claim(scene: Scene, payment: Payment, row: Task) -> None:
    assert [scene.run(row) for _ in range(3)] == [1, 0, 0]
    assert len(scene.cards.charges(payment.id)) == 1


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - {"payments.submit"}))
def test_a_message_of_another_task_cannot_finish_a_row(scene: Scene, name: str, payment: Payment, row: Task) -> None:
    assert scene.worker.run(REGISTRY[name], [row.id]) == 0
    assert scene.task("payments.submit") == row
    assert status_of(scene, payment.id) == "accepted"
    assert scene.cards.charges(payment.id) == []


def test_a_row_that_is_not_due_is_not_claimed(scene: Scene) -> None:
    payment = scene.accepted()
    later, at = Submit(payment_id=payment.id), scene.clock() + timedelta(seconds=1)
    row_id = scene.do("system", enqueue, later, run_at=at)
    assert scene.worker.run(SUBMIT, [row_id or ""]) == 0


def test_a_lost_answer_is_tried_again_in_doubt_and_charged_once(scene: Scene, payment: Payment, row: Task) -> None:
    scene.cards.fail_next(Fault.LOST_AFTER)

    scene.run(row)
    assert status_of(scene, payment.id) == "submitting"
    assert scene.task("payments.submit").status == TaskStatus.PENDING
    scene.clock.forward(minutes=5)
    scene.run(row)

    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1
    assert attempts_of(scene, row.id) == [(1, "unknown"), (2, "succeeded")]


def test_a_process_that_died_leaves_an_open_attempt_and_the_next_is_in_doubt(
    scene: Scene, payment: Payment, row: Task
) -> None:
    prepared = scene.worker._claim(SUBMIT, [row.id])
    assert not prepared[0].claim.in_doubt

    scene.clock.forward(seconds=14)
    assert scene.look(lease.expired, now=scene.clock()) == []
    scene.clock.forward(seconds=2)
    ids = scene.look(lease.expired, now=scene.clock())
    assert ids == [row.id]
    scene.write(lease.take_back, ids, now=scene.clock())

    (again,) = scene.worker._claim(SUBMIT, [row.id])
    assert again.claim.in_doubt
    assert again.claim.token > prepared[0].claim.token
    assert again.order.request_key == prepared[0].order.request_key
    assert attempts_of(scene, row.id) == [(1, None), (2, None)]
    assert status_of(scene, payment.id) == "submitting"


def test_a_late_process_changes_nothing_but_what_it_learnt_is_kept(scene: Scene, payment: Payment, row: Task) -> None:
    late = scene.worker._claim(SUBMIT, [row.id])
    scene.clock.forward(seconds=20)
    scene.write(lease.take_back, [row.id], now=scene.clock())
    with scene.elsewhere() as other:
        assert other.run(row) == 1
    before = scene.task("payments.submit")

    scene.worker.loop.run(scene.worker._work_on(SUBMIT, late))

    assert scene.task("payments.submit") == before
    assert attempts_of(scene, row.id) == [(1, "succeeded"), (2, "succeeded")]
    _, attempts = scene.look(read.task, row.id)
    assert attempts[0].detail is not None
    assert attempts[0].detail.startswith("late: ")
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.breaches() == []


def test_a_late_process_that_found_nothing_to_do_says_so(scene: Scene, payment: Payment, row: Task) -> None:
    scene.run(row)
    again = scene.queue(Submit(payment_id=payment.id))
    late = scene.worker._claim(SUBMIT, [again])
    scene.clock.forward(seconds=20)
    scene.write(lease.take_back, [again], now=scene.clock())

    scene.worker.loop.run(scene.worker._work_on(SUBMIT, late))

    _, attempts = scene.look(read.task, again)
    assert [a.detail for a in attempts] == ["late: 'nothing to do'"]


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.RATE_LIMITED, Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_every_passing_fault_ends_in_one_charge(scene: Scene, fault: Fault, payment: Payment, row: Task) -> None:
    scene.cards.fail_next(*[fault] * 3)
    for _ in range(4):
        scene.run(row)
        scene.clock.forward(minutes=6)
    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1


def test_a_stored_failure_that_did_nothing_is_sent_under_a_new_key_after_two_empty_looks(
    scene: Scene, payment: Payment, row: Task
) -> None:
    scene.cards.fail_next(Fault.STORED_BEFORE)

    for _ in range(2):  # send, look, look again: nothing goes out
        scene.run(row)
        assert scene.cards.charges(payment.id) == []
        scene.clock.forward(minutes=10)
    scene.run(row)
    scene.clock.forward(minutes=1)
    scene.run(row)

    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.look(payments.by_id, payment.id).generation == 2


def test_a_stored_failure_that_did_it_all_the_same_is_found(scene: Scene, payment: Payment, row: Task) -> None:
    scene.cards.fail_next(Fault.STORED_AFTER)
    for _ in range(2):
        scene.run(row)
        scene.clock.forward(minutes=10)
    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.look(payments.by_id, payment.id).generation == 1


def test_a_crash_loop_ends_dead(scene: Scene, row: Task) -> None:
    for _ in range(SUBMIT.retry.attempts - 1):  # claimed, and the process dies
        scene.worker._claim(SUBMIT, [row.id])
        scene.clock.forward(seconds=16)
        scene.write(lease.take_back, [row.id], now=scene.clock())
    scene.cards.fail_next(Fault.UNREACHABLE)
    scene.run(row)
    dead = scene.task("payments.submit")
    assert (dead.status, dead.attempts) == (TaskStatus.DEAD, SUBMIT.retry.attempts)
    assert dead.error is not None
    assert "not_reached" in dead.error


def test_one_that_cannot_be_prepared_does_not_hold_its_neighbours(scene: Scene) -> None:
    bad = [scene.queue(Submit(payment_id=name)) for name in ("pay_none", "pay_nix")]
    payment = scene.accepted()
    ids = scene.due(Submit)
    assert set(bad) < set(ids)

    assert scene.worker.run(SUBMIT, ids) == 3

    assert status_of(scene, payment.id) == "captured"
    for row_id in bad:
        assert attempts_of(scene, row_id) == [(1, "failed")]
        row, _ = scene.look(read.task, row_id)
        assert row.status == TaskStatus.PENDING


def test_leases_are_renewed_only_while_the_work_is_within_its_time(scene: Scene, row: Task) -> None:
    scene.worker._claim(SUBMIT, [row.id])
    scene.worker.leases.hold([row.id], SUBMIT.max_runtime)
    scene.clock.forward(seconds=10)
    scene.worker.leases.renew_once()
    renewed, _ = scene.look(read.task, row.id)
    assert renewed.lease_until == scene.clock() + scene.worker.settings.lease
    scene.worker.leases.release([row.id])
    scene.clock.forward(seconds=10)
    scene.worker.leases.renew_once()
    unchanged, _ = scene.look(read.task, row.id)
    assert unchanged.lease_until == renewed.lease_until


def test_a_key_that_the_provider_has_forgotten_is_looked_up_twice_and_then_sent_anew(
    scene: Scene, payment: Payment, row: Task
) -> None:
    scene.cards.fail_next(Fault.LOST_BEFORE)
    scene.run(row)
    scene.clock.forward(hours=24)  # the whole platform was down for a day

    scene.run(row)
    scene.clock.forward(minutes=10)
    scene.run(row)
    assert scene.cards.charges(payment.id) == []
    scene.run(row)

    assert status_of(scene, payment.id) == "captured"
    assert len(scene.cards.charges(payment.id)) == 1


class Refusing(FakeCards):
    """Refuses every new payment; what it holds it holds."""

    refuses = True

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        if self.refuses:
            raise Refused("fake", "parameter_invalid", "no")
        return await super().submit(order, deadline)


def test_a_refused_payment_is_declined_and_its_task_is_done(scene: Scene, payment: Payment, row: Task) -> None:
    with scene.elsewhere(Refusing(scene.clock)) as other:
        other.run(row)
    found = scene.look(payments.by_id, payment.id)
    assert (found.status, found.error_code) == ("declined", "provider_refused")
    assert scene.task("payments.submit").status == TaskStatus.DONE


def test_a_refusal_after_a_lost_answer_does_not_hide_the_charge(scene: Scene, payment: Payment, row: Task) -> None:
    cards = Refusing(scene.clock)
    cards.refuses = False
    cards.fail_next(Fault.LOST_AFTER)
    with scene.elsewhere(cards) as other:
        other.run(row)
        cards.refuses = True
        scene.clock.forward(minutes=5)
        other.run(row)
    assert status_of(scene, payment.id) == "captured"
    assert len(cards.charges(payment.id)) == 1


def test_the_provider_is_not_asked_about_a_fee_that_is_known(scene: Scene) -> None:
    payment = scene.accepted()
    captured = Captured(provider_id="pi", charge_id="ch", amount_minor=9_000, currency="usd")
    scene.do("stripe", record_outcome, payment.id, captured)
    ask = scene.task("payments.ask")
    known = Captured(provider_id="pi", charge_id="ch", amount_minor=9_000, currency="usd", fee_minor=291)
    scene.do("stripe", record_outcome, payment.id, known)
    scene.clock.forward(seconds=5)
    scene.cards.fail_next(Fault.UNREACHABLE)  # would be met by any call

    scene.run(ask)

    assert scene.task("payments.ask").status == TaskStatus.DONE
    codes = sorted(scene.database.read(lambda c: c.run(_posted, of_cause=payment.id).all()))
    assert codes == [("capture", 9_000), ("provider_fee", 291)]


def test_a_booking_that_was_paid_meanwhile_is_not_charged_again(scene: Scene) -> None:
    story = scene.hired()
    first = scene.accepted(story, method="pm_card_visa_chargeDeclined")
    scene.run(scene.task("payments.submit"))
    assert status_of(scene, first.id) == "declined"
    second = scene.accepted(story, key="k2")
    late = Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=9_000, currency="usd", fee_minor=1)
    scene.do("stripe", record_outcome, first.id, late)

    scene.run(scene.task("payments.submit", status="pending"))

    assert (status_of(scene, first.id), status_of(scene, second.id)) == ("captured", "cancelled")
    assert scene.cards.charges(second.id) == []
    assert scene.breaches() == []
