"""A refund sets its money apart, goes out once whatever dies, and puts the money back when it fails."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import Conflict, DomainError, Invalid
from domain.history.read import changes
from domain.ledger.read import balance_of
from domain.notifications import read as notifications
from domain.payments.ports import Declined
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome as payment_outcome
from domain.payments.refunds import read
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome
from domain.payments.refunds.states import TRANSITIONS, RefundStatus
from domain.settlement.release import release
from gateways.testing import Fault
from tests.contents import unchanged
from tests.scene import Scene

SENT = Refunded(provider_id="re_1")
FAILED = RefundFailed(provider_id="re_1", code="lost_or_stolen_card", message="It came back.")
OUTCOMES: dict[RefundStatus, RefundOutcome] = {
    RefundStatus.PROCESSING: RefundProcessing(provider_id="re_1"),
    RefundStatus.SUCCEEDED: SENT,
    RefundStatus.FAILED: FAILED,
}


def find(scene: Scene, refund_id: str) -> Refund:
    return scene.look(read.by_id, refund_id)


def tell(scene: Scene, refund_id: str, outcome: RefundOutcome) -> bool:
    return scene.do("stripe", record_outcome, refund_id, outcome)


def test_a_worked_example(scene: Scene) -> None:
    """All of 90.00 goes back; what Stripe took for it stays lost."""
    story, payment = scene.paid()
    made = scene.asked_back(payment)
    apart = scene.balances()
    assert apart[f"refund_pending:{made.id}"] == 9_000
    assert f"held:{story.booking.id}" not in apart
    scene.work()
    assert find(scene, made.id).status == RefundStatus.SUCCEEDED
    assert scene.balances() == {"clearing:stripe": -291, "provider_fee": 291}
    heard = scene.look(notifications.page, story.alice.id, before=None, most=50)
    assert [n.subject_id for n in heard if n.kind == "refund.sent"] == [made.id]
    assert scene.breaches() == []


def test_what_is_set_apart_cannot_be_released_or_refunded_again(scene: Scene) -> None:
    story, payment = scene.paid()
    scene.asked_back(payment, 1)
    with unchanged(scene.database), pytest.raises(IntegrityError):
        scene.do("system", release, story.booking)
    with unchanged(scene.database), pytest.raises(Conflict) as refused:
        scene.asked_back(payment, 9_000, key="k2")
    assert refused.value.code == "refund_exceeds_held"
    scene.asked_back(payment, 8_999, key="k3")
    assert scene.look(read.standing_minor, payment.id) == 9_000


def test_the_same_key_is_the_same_refund(scene: Scene) -> None:
    _, payment = scene.paid()
    first = scene.asked_back(payment, 4_000)
    with unchanged(scene.database):
        assert scene.asked_back(payment, 4_000).id == first.id


@pytest.mark.parametrize(("amount", "error"), [(0, Invalid), (-1, Invalid), (9_001, Conflict), (2**62, Conflict)])
def test_an_amount_that_cannot_go_back(scene: Scene, amount: int, error: type[DomainError]) -> None:
    _, payment = scene.paid()
    with unchanged(scene.database), pytest.raises(error):
        scene.asked_back(payment, amount)


def test_a_payment_that_was_never_captured_has_nothing_to_refund(scene: Scene) -> None:
    payment = scene.accepted()
    with unchanged(scene.database), pytest.raises(Conflict) as refused:
        scene.asked_back(payment, 1)
    assert refused.value.code == "payment_not_captured"


def test_every_status_meets_every_outcome(scene: Scene) -> None:
    ways: dict[RefundStatus, list[RefundOutcome]] = {
        RefundStatus.REQUESTED: [],
        RefundStatus.PROCESSING: [OUTCOMES[RefundStatus.PROCESSING]],
        RefundStatus.SUCCEEDED: [SENT],
        RefundStatus.FAILED: [FAILED],
    }
    for before, way in ways.items():
        for after, outcome in OUTCOMES.items():
            case = (before, after)
            _, payment = scene.paid()
            made = scene.asked_back(payment)
            for step in way:
                tell(scene, made.id, step)
            if after in TRANSITIONS[before]:
                assert tell(scene, made.id, outcome), case
                assert find(scene, made.id).status == after, case
                last = scene.look(changes, made.id)[-1]
                assert (last.from_status, last.to_status) == (before, after), case
            with unchanged(scene.database, case):
                assert not tell(scene, made.id, outcome), case
    assert scene.breaches() == []


def test_one_that_fails_puts_the_money_back_even_after_it_had_gone(scene: Scene) -> None:
    for way in ([FAILED], [SENT, FAILED]):
        story, payment = scene.paid()
        made = scene.asked_back(payment, 5_000)
        before = scene.balances()["clearing:stripe"]
        for outcome in way:
            tell(scene, made.id, outcome)
        assert scene.look(balance_of, f"held:{story.booking.id}", "usd") == 9_000
        assert scene.balances()["clearing:stripe"] == before
        assert scene.asked_back(payment, 9_000, key="again").status == RefundStatus.REQUESTED
    assert scene.breaches() == []


@pytest.mark.parametrize("fault", Fault)
def test_whatever_goes_wrong_it_goes_back_once(scene: Scene, fault: Fault) -> None:
    _, payment = scene.paid()
    made = scene.asked_back(payment)
    scene.refunds.fail_next(fault)
    scene.settle()
    assert scene.refunds.sent(made.id) == 1
    assert find(scene, made.id).status == RefundStatus.SUCCEEDED
    assert scene.breaches() == []


def test_a_stored_failure_that_hid_nothing_is_sent_under_another_key(scene: Scene) -> None:
    _, payment = scene.paid()
    made = scene.asked_back(payment)
    scene.refunds.fail_next(Fault.STORED_BEFORE)
    scene.work()
    assert (find(scene, made.id).generation, scene.refunds.sent(made.id)) == (1, 0)
    scene.settle()
    assert (find(scene, made.id).generation, scene.refunds.sent(made.id)) == (2, 1)


def test_a_provider_without_the_money_is_asked_again_under_another_key(scene: Scene) -> None:
    _, payment = scene.paid()
    made = scene.asked_back(payment)
    scene.refunds.is_empty = True
    scene.work()
    assert find(scene, made.id).status == RefundStatus.SUBMITTING
    scene.refunds.is_empty = False
    scene.work(minutes=11)
    assert (find(scene, made.id).status, find(scene, made.id).generation) == (RefundStatus.SUCCEEDED, 2)


def test_one_that_the_provider_refuses_has_failed(scene: Scene) -> None:
    story, payment = scene.paid()
    made = scene.asked_back(payment)
    scene.refunds.refuses = True
    scene.work()
    found = find(scene, made.id)
    assert (found.status, found.error_code) == (RefundStatus.FAILED, "charge_already_refunded")
    assert scene.balances()[f"held:{story.booking.id}"] == 9_000
    heard = scene.look(notifications.page, story.alice.id, before=None, most=50)
    assert [n.subject_id for n in heard if n.kind == "refund.failed"] == [made.id]


def test_what_was_captured_for_nothing_goes_back_by_itself(scene: Scene) -> None:
    story = scene.hired()
    first = scene.accepted(story)
    tell_declined(scene, first)
    second = scene.accepted(story, key="k2")
    scene.captured(second)
    scene.captured(first)
    scene.work()
    (made,) = scene.look(read.of_payment, first.id)
    assert (made.status, made.amount_minor, made.reason) == (RefundStatus.SUCCEEDED, 9_000, "late_capture")
    assert scene.refunds.sent(made.id) == 1
    assert scene.look(read.of_payment, second.id) == []
    left = scene.balances()
    assert left[f"held:{story.booking.id}"] == 9_000
    assert f"unapplied:{first.id}" not in left
    assert scene.breaches() == []


def tell_declined(scene: Scene, payment: Payment) -> None:
    no = Declined(provider_id="pi_x", code="card_declined", message="No.")
    scene.do("stripe", payment_outcome, payment.id, no)


def test_a_late_capture_whose_task_was_lost_is_found(scene: Scene) -> None:
    story = scene.hired()
    first = scene.accepted(story)
    tell_declined(scene, first)
    scene.captured(scene.accepted(story, key="k2"))
    scene.captured(first)

    def sweep() -> int:
        return scene.do("system", refund_left_over, before=scene.clock())

    assert sweep() == 0  # too young: its own task is at work
    scene.clock.forward(minutes=2)
    assert [sweep(), sweep()] == [1, 0]
    scene.work()
    assert len(scene.look(read.of_payment, first.id)) == 1
    rows = scene.tasks("refunds.late_capture")
    assert [row.status for row in rows] == ["done"]
