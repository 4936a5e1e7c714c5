"""Look-ups missed a payment of the provider's that no card was tried for, another was made, and both can be paid.

It takes a failure that had its effect and was stored, a card whose owner is asked the first time and not the second,
and an event that is late.  Whatever happens then, the client pays once.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.payments import read as payments
from domain.payments.read import Payment
from domain.payments.refunds.read import of_payment
from domain.payments.work import Submit
from gateways.testing import Fault
from tasks.declare import REGISTRY
from tests.integration.market.deaths import Killed, dies_before_commit, oversleeps
from tests.scene import Scene

CARD = "pm_card_authenticationRequired"
PRICE, FEE = 9_000, 9_000 * 29 // 1000 + 30
ONE_PAID = {"clearing:stripe": PRICE - FEE, "provider_fee": FEE}
TWO_PAID_AND_ONE_BACK = {"clearing:stripe": PRICE - 2 * FEE, "provider_fee": 2 * FEE}


@pytest.fixture
def payment(scene: Scene) -> Payment:
    """It is about to be asked for once more; the first time is there, and nobody knows of it."""
    made = scene.accepted(method=CARD)
    scene.cards.fail_next(Fault.STORED_AFTER)
    submit(scene)
    for _ in range(2):
        scene.clock.forward(minutes=10)
        submit(scene)
    found = find(scene, made.id)
    assert (found.status, found.generation, found.provider_id) == ("submitting", 2, None)
    scene.cards.trusts = True
    return found


def submit(scene: Scene) -> None:
    scene.worker.run(REGISTRY[Submit.task], scene.due(Submit))


def find(scene: Scene, payment_id: str) -> Payment:
    return scene.look(payments.by_id, payment_id)


def deliver(scene: Scene, nth: int) -> None:
    event = scene.cards.listed[nth]
    scene.told("stripe", event.payload, event.event_id)


def paid_first(scene: Scene, payment: Payment) -> None:
    """Its late event comes, its client sees the secret, and confirms at once."""
    deliver(scene, 0)
    scene.work()
    secret = find(scene, payment.id).client_secret
    assert secret is not None
    scene.cards.confirm(secret, "pm_card_visa")


def settled(scene: Scene) -> None:
    for _ in range(3):
        scene.work()
        scene.clock.forward(minutes=1)
    assert scene.breaches() == []


def held_for(scene: Scene, payment: Payment, rest: dict[str, int]) -> None:
    assert scene.balances() == {f"held:{payment.booking_id}": PRICE, **rest}


def test_both_were_paid_and_one_goes_back(scene: Scene, payment: Payment) -> None:
    """The second's answer is on its way while the first is paid and heard of."""

    def meanwhile() -> None:
        with scene.elsewhere() as other:
            paid_first(other, payment)
            deliver(other, -1)
            other.work()

    submit(replace(scene, worker=oversleeps(scene.worker, meanwhile)))
    first, second = scene.cards.charges(payment.id)
    assert find(scene, payment.id).provider_id == first.provider_id
    for nth in range(len(scene.cards.listed)):
        deliver(scene, nth)
    settled(scene)
    (made,) = scene.look(of_payment, payment.id)
    assert (made.status, made.reason, made.charged_as) == ("succeeded", "second_charge", second.provider_id)
    assert scene.refunds.gone_minor(payment.id) == PRICE
    held_for(scene, payment, TWO_PAID_AND_ONE_BACK)


def test_the_seconds_answer_was_lost_and_its_event_tells_of_it(scene: Scene, payment: Payment) -> None:
    with pytest.raises(Killed):
        submit(replace(scene, worker=dies_before_commit(scene.worker)))
    paid_first(scene, payment)
    for nth in (-1, *range(len(scene.cards.listed))):
        deliver(scene, nth)
        scene.work()
    settled(scene)
    assert len(scene.cards.charges(payment.id)) == 2
    assert scene.refunds.gone_minor(payment.id) == PRICE
    held_for(scene, payment, TWO_PAID_AND_ONE_BACK)


def test_whoever_is_too_slow_cannot_pay_the_first_any_more(scene: Scene, payment: Payment) -> None:
    with pytest.raises(Killed):
        submit(replace(scene, worker=dies_before_commit(scene.worker)))
    deliver(scene, 0)
    scene.work()
    secret = find(scene, payment.id).client_secret
    assert secret is not None
    deliver(scene, -1)
    settled(scene)
    scene.cards.confirm(secret, "pm_card_visa")
    assert len(scene.cards.charges(payment.id)) == 1
    held_for(scene, payment, ONE_PAID)
