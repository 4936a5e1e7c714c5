"""A refund that failed is said aloud, counted, and sent again by an operator, once."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from domain.errors import Conflict, NotFound
from domain.payments import read as payments
from domain.payments.refunds import overview, read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.request import request_refund
from domain.payments.refunds.retry import retry
from domain.payments.refunds.states import RefundStatus
from tests.contents import unchanged
from tests.scene import Scene


def failed(scene: Scene) -> Refund:
    """One that the provider refused."""
    _, payment = scene.paid()
    made = scene.asked_back(payment)
    scene.refunds.refuses = True
    scene.work()
    scene.refunds.refuses = False
    found = scene.look(read.by_id, made.id)
    assert found.status == RefundStatus.FAILED
    return found


def again(scene: Scene, refund_id: str) -> Refund:
    return scene.do("operator:ada", retry, refund_id)


def test_one_that_failed_is_sent_again_once(scene: Scene) -> None:
    first = failed(scene)
    held = scene.balances()
    assert held[first.source] == 9_000
    assert scene.metric("refunds_failed") == 1
    second = again(scene, first.id)
    assert (second.amount_minor, second.reason, second.status) == (9_000, "cancelled", "requested")
    assert scene.metric("refunds_failed") == 0
    with unchanged(scene.database):
        assert again(scene, first.id).id == second.id
    scene.work()
    assert (scene.refunds.sent(first.id), scene.refunds.sent(second.id)) == (0, 1)
    assert scene.balances() == {"clearing:stripe": -291, "provider_fee": 291}
    with unchanged(scene.database):
        assert again(scene, first.id).status == RefundStatus.SUCCEEDED
    listed = scene.look(overview.page, status="failed", before=None, most=5)
    assert [(row.id, row.error_code, row.again_as) for row in listed] == [
        (first.id, "charge_already_refunded", second.id)
    ]
    assert scene.breaches() == []


def test_one_that_fails_again_waits_by_its_own_id(scene: Scene) -> None:
    first = failed(scene)
    scene.refunds.refuses = True
    second = again(scene, first.id)
    scene.work()
    scene.refunds.refuses = False
    assert scene.metric("refunds_failed") == 1
    third = again(scene, second.id)
    assert again(scene, first.id).id == second.id
    scene.work()
    assert scene.refunds.sent(third.id) == 1
    assert scene.look(read.standing_minor, first.payment_id) == 9_000
    assert scene.breaches() == []


def test_what_has_not_failed_is_not_sent_again(scene: Scene) -> None:
    second = again(scene, failed(scene).id)
    for _ in range(2):  # requested, then succeeded
        with unchanged(scene.database), pytest.raises(Conflict) as refused:
            again(scene, second.id)
        assert refused.value.code == "refund_not_failed"
        scene.work()
    with unchanged(scene.database), pytest.raises(NotFound):
        again(scene, "rfd_nothing")


def test_money_that_went_another_way_is_not_sent_again(scene: Scene) -> None:
    first = failed(scene)
    payment = scene.look(payments.by_id, first.payment_id)
    by_hand = {"amount_minor": 9_000, "reason": "by hand", "unique_key": "another"}
    scene.do("operator:ada", request_refund, payment, **by_hand)
    with unchanged(scene.database), pytest.raises(Conflict) as refused:
        again(scene, first.id)
    assert refused.value.code == "refund_exceeds_held"


def test_each_way_of_hearing_it_says_it_aloud(scene: Scene) -> None:
    with capture_logs() as lines:
        first = failed(scene)
        second = again(scene, first.id)
        scene.work()
        scene.refunds.settle(second.id, succeed=False)
        scene.told("stripe", scene.refunds.events[-1])
        scene.work()
    said = [line for line in lines if line["event"] == "refund failed"]
    assert [(line["log_level"], line["refund_id"], line["code"]) for line in said] == [
        ("error", first.id, "charge_already_refunded"),
        ("error", second.id, "lost_or_stolen_card"),
    ]
    assert {line["payment_id"] for line in said} == {first.payment_id}
    assert {line["booking_id"] for line in said} == {first.booking_id}
    assert scene.metric("refunds_failed") == 1
