"""The provider took another amount or currency than the order's: the booking is not funded, and the money goes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from domain.bookings import read as bookings
from domain.bookings.start import start
from domain.errors import Conflict
from domain.payments import read as payments
from domain.payments.ports import CardOrder
from domain.payments.read import Payment
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.read import Refund, of_payment
from domain.payments.refunds.retry import retry
from domain.payments.work import Ask, Submit
from domain.platform.maintenance.work import FetchEvents
from domain.settlement.approve import approve
from gateways.testing import Fault
from tasks.declare import REGISTRY
from tests.contents import unchanged
from tests.scene import Scene
from tests.story import Story

ERROR = "captured amount differs from the order; refund queued"
WRONG: dict[str, Callable[[CardOrder], tuple[int, str]]] = {
    "less": lambda order: (order.amount_minor - 100, order.currency),
    "more": lambda order: (order.amount_minor + 100, order.currency),
    "another currency": lambda order: (order.amount_minor, "eur"),
    "a currency that we do not trade in": lambda order: (order.amount_minor, "xts"),
}


@pytest.fixture(params=WRONG.values(), ids=WRONG.keys())
def wrong(scene: Scene, request: pytest.FixtureRequest) -> None:
    scene.cards.takes = request.param


def events(scene: Scene) -> None:
    for event in scene.cards.listed:
        scene.told("stripe", event.payload, event.event_id)


def refund_of(scene: Scene, payment: Payment) -> Refund:
    (made,) = scene.look(of_payment, payment.id)
    return made


def counted(scene: Scene) -> dict[str, float | None]:
    kinds = ("capture_mismatch", "second_charge", "event_refused")
    return {kind: scene.metric("money_alarms_total", kind=kind) for kind in kinds}


def by_its_answer(scene: Scene) -> None:
    scene.work()


def by_its_event(scene: Scene) -> None:
    """The worker's answer is lost after it had its effect; the event is first."""
    scene.cards.fail_next(Fault.LOST_AFTER)
    scene.work()
    events(scene)
    scene.work()


def by_the_list_of_events(scene: Scene) -> None:
    scene.cards.fail_next(Fault.LOST_AFTER)
    scene.work()
    scene.queue(FetchEvents(provider="stripe"))
    scene.work()


@pytest.mark.usefixtures("wrong")
@pytest.mark.parametrize("heard", [by_its_answer, by_its_event, by_the_list_of_events])
def test_it_funds_nothing_is_an_alarm_and_goes_back_once(scene: Scene, heard: Callable[[Scene], None]) -> None:
    story = scene.hired()
    payment = scene.accepted(story)
    with capture_logs() as lines:
        heard(scene)
    (taken,) = scene.cards.charges(payment.id)
    found = scene.look(payments.by_id, payment.id)
    assert (found.status, found.error_code) == ("captured", "capture_mismatch")
    assert f"{taken.amount_minor} {taken.currency} instead of 9000 usd" in str(found.error_message)
    assert scene.look(bookings.by_id, story.booking.id).status == "awaiting_payment"
    made = refund_of(scene, payment)
    assert (made.status, made.reason) == ("succeeded", "wrong_capture")
    assert (made.amount_minor, made.currency) == (taken.amount_minor, taken.currency)
    assert scene.refunds.gone_minor(payment.id) == taken.amount_minor
    said = [line for line in lines if line["event"] == ERROR]
    assert [(line["log_level"], line["payment_id"], line["captured_minor"]) for line in said] == [
        ("error", payment.id, taken.amount_minor)
    ]
    assert counted(scene) == {"capture_mismatch": 1, "second_charge": 0, "event_refused": 0}
    # Repeats change nothing, and only the fee is left.
    events(scene)
    scene.queue(Ask(payment_id=payment.id))
    scene.work()
    assert refund_of(scene, payment) == made
    assert counted(scene)["capture_mismatch"] == 1
    assert scene.balances() == {"clearing:stripe": -(taken.fee_minor or 0), "provider_fee": taken.fee_minor}
    assert scene.breaches() == []


@pytest.mark.usefixtures("wrong")
def test_nobody_can_start_or_approve_it_and_the_client_may_pay_again(scene: Scene) -> None:
    story = scene.hired()
    scene.accepted(story)
    scene.work()
    for actor, step in ((story.bob.id, start), (story.alice.id, approve)):
        with unchanged(scene.database), pytest.raises(Conflict):
            scene.do(actor, step, story.booking.id)
    scene.cards.takes = lambda order: (order.amount_minor, order.currency)
    paid_again(scene, story)
    assert scene.balances()[f"held:{story.booking.id}"] == 9_000
    assert scene.breaches() == []


def paid_again(scene: Scene, story: Story) -> None:
    payment = scene.accepted(story, key="k2")
    scene.work()
    assert scene.look(payments.by_id, payment.id).error_code is None
    assert scene.look(bookings.by_id, story.booking.id).status == "funded"


@pytest.mark.usefixtures("wrong")
def test_an_operator_sends_a_refund_that_failed_again(scene: Scene) -> None:
    payment = scene.accepted()
    scene.refunds.refuses = True
    scene.work()
    (taken,) = scene.cards.charges(payment.id)
    failed = refund_of(scene, payment)
    assert (failed.status, scene.balances()[f"unapplied:{payment.id}"]) == ("failed", taken.amount_minor)
    scene.refunds.refuses = False
    again = scene.do("operator:ada", retry, failed.id)
    scene.work()
    assert (again.amount_minor, again.currency) == (taken.amount_minor, taken.currency)
    assert scene.refunds.gone_minor(payment.id) == taken.amount_minor
    assert scene.breaches() == []


@pytest.mark.usefixtures("wrong")
def test_the_sweep_and_the_task_make_one_refund_and_the_task_logs_it(scene: Scene) -> None:
    payment = scene.accepted()
    scene.worker.run(REGISTRY[Submit.task], scene.due(Submit))
    scene.clock.forward(minutes=2)
    swept = [scene.do("system", refund_left_over, before=scene.clock()) for _ in range(2)]
    with capture_logs() as lines:
        scene.work()
    assert swept == [1, 0]
    assert [line["payment_id"] for line in lines if line["event"] == ERROR] == [payment.id]
    assert (refund_of(scene, payment).status, len(scene.cards.charges(payment.id))) == ("succeeded", 1)
    assert scene.refunds.gone_minor(payment.id) == scene.cards.charges(payment.id)[0].amount_minor
