"""What the provider took of a payment that was captured already goes back to where it came from, once."""

from __future__ import annotations

from structlog.testing import capture_logs

from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome as payment_outcome
from domain.payments.refunds import read
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.retry import retry
from domain.payments.refunds.states import RefundStatus
from tests.scene import Scene


def charged_again(scene: Scene, payment: Payment, provider_id: str) -> None:
    """The provider took the money once more, by another payment of its own."""
    again = Captured(
        provider_id=provider_id, charge_id="ch_2", amount_minor=payment.amount_minor, currency="usd", fee_minor=291
    )
    scene.do("stripe", payment_outcome, payment.id, again)


def test_a_second_charge_goes_back_by_itself_and_the_first_stays(scene: Scene) -> None:
    story, payment = scene.paid()
    second = scene.refunds.captured(9_000)
    with capture_logs() as lines:
        for _ in range(3):
            charged_again(scene, payment, second)
            scene.work()
    said = [line for line in lines if line["event"] == "payment charged twice; refund queued"]
    assert [(line["payment_id"], line["charged_as"], line["amount_minor"]) for line in said] == [
        (payment.id, second, 9_000)
    ]
    (made,) = scene.look(read.of_payment, payment.id)
    assert (made.status, made.amount_minor, made.reason) == (RefundStatus.SUCCEEDED, 9_000, "second_charge")
    assert scene.refunds.left(second) == 0
    assert scene.balances() == {
        f"held:{story.booking.id}": 9_000,
        "clearing:stripe": 9_000 - 2 * 291,
        "provider_fee": 2 * 291,
    }
    assert scene.breaches() == []


def test_a_second_charge_whose_refund_failed_is_sent_again_from_where_it_is(scene: Scene) -> None:
    _, payment = scene.paid()
    second = scene.refunds.captured(9_000)
    scene.refunds.refuses = True
    charged_again(scene, payment, second)
    scene.work()
    scene.refunds.refuses = False
    (failed,) = scene.look(read.of_payment, payment.id)
    assert (failed.status, scene.balances()[f"unapplied:{second}"]) == (RefundStatus.FAILED, 9_000)
    again = scene.do("operator:ada", retry, failed.id)
    scene.work()
    assert scene.look(read.by_id, again.id).status == RefundStatus.SUCCEEDED
    assert scene.refunds.left(second) == 0
    assert f"unapplied:{second}" not in scene.balances()


def test_a_second_charge_whose_task_was_lost_is_found(scene: Scene) -> None:
    _, payment = scene.paid()
    second = scene.refunds.captured(9_000)
    charged_again(scene, payment, second)
    scene.clock.forward(minutes=2)
    swept = [scene.do("system", refund_left_over, before=scene.clock()) for _ in range(2)]
    assert swept == [1, 0]
    scene.work()
    (made,) = scene.look(read.of_payment, payment.id)
    assert (made.status, scene.refunds.left(second)) == (RefundStatus.SUCCEEDED, 0)
