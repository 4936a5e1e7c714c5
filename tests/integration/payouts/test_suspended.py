"""A suspended worker is paid nothing more; what was held goes on when an admin reinstates the account."""

from __future__ import annotations

import pytest

from domain.identity.accounts.suspend import reinstate, suspend
from domain.payouts.hold import HELD
from domain.payouts.states import PayoutStatus
from domain.payouts.work import Pay, Poll
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import Fault
from tests.integration.payouts.scene import EARNED, Scene
from tests.integration.payouts.test_payouts import tell_of_bank
from tests.story import balances, cause_of


def suspended(stage: Scene) -> None:
    stage.database.write(lambda c: suspend(c, cause_of(stage.clock, "acc_ada"), stage.story.bob.id))


def reinstated(stage: Scene) -> None:
    stage.database.write(lambda c: reinstate(c, cause_of(stage.clock, "acc_ada"), stage.story.bob.id))
    stage.work()


def polled(stage: Scene) -> None:
    """An hour of polls, every ten minutes."""
    for _ in range(6):
        stage.clock.forward(minutes=10)
        stage.database.write(lambda c: enqueue(c, cause_of(stage.clock, "system"), Poll()))
        stage.work()


def held(stage: Scene, status: PayoutStatus) -> None:
    """It does not move, says why, and the money is where it was."""
    before = balances(stage.database)
    polled(stage)
    found = stage.payout()
    assert (found.status, found.error_code) == (status, HELD)
    assert stage.payouts.paid(found.id) == 0
    assert balances(stage.database) == before
    assert stage.breaches() == []


def paid_once(stage: Scene) -> None:
    reinstated(stage)
    found = stage.payout()
    assert (found.status, found.error_code) == (PayoutStatus.IN_TRANSIT, None)
    tell_of_bank(stage)
    polled(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(found.id), stage.payouts.paid(found.id)) == (1, 1)
    assert stage.breaches() == []


def test_what_is_earned_while_suspended_stays_payable(stage: Scene) -> None:
    stage.onboard()
    suspended(stage)
    stage.earn()
    stage.work()
    held(stage, PayoutStatus.ON_HOLD)
    assert balances(stage.database)[f"worker_payable:{stage.story.bob.id}"] == EARNED
    paid_once(stage)


def test_what_is_scheduled_is_not_sent(stage: Scene) -> None:
    made = stage.earn_at_once()
    suspended(stage)
    stage.work()
    held(stage, PayoutStatus.SCHEDULED)
    assert stage.payouts.transfers(made.id) == 0
    paid_once(stage)


def test_what_waits_for_funds_at_the_provider_stays_there(stage: Scene) -> None:
    stage.onboard()
    stage.payouts.is_pending = True
    made = stage.earn()
    stage.work()
    suspended(stage)
    stage.payouts.is_pending = False
    held(stage, PayoutStatus.SUBMITTING)
    assert stage.payouts.transfers(made.id) == 1
    paid_once(stage)


def test_a_pay_whose_outcome_is_unknown_is_asked_about_while_the_worker_is_suspended(stage: Scene) -> None:
    stage.onboard()
    stage.payouts.is_pending = True
    made = stage.earn()
    stage.work()  # transferred; the pay waits for funds
    stage.payouts.is_pending = False
    stage.payouts.fail_next(Fault.LOST_AFTER)
    stage.database.write(lambda c: enqueue(c, cause_of(stage.clock, "system"), Pay(payout_id=made.id)))
    stage.work()
    suspended(stage)
    assert (stage.payout().status, stage.payouts.paid(made.id)) == (PayoutStatus.SUBMITTING, 1)
    polled(stage)
    assert (stage.payout().status, stage.payout().error_code) == (PayoutStatus.IN_TRANSIT, None)
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.breaches() == []


def test_what_had_left_arrives(stage: Scene) -> None:
    stage.earn_at_once()
    stage.work()
    suspended(stage)
    tell_of_bank(stage)
    assert (stage.payout().status, stage.payout().error_code) == (PayoutStatus.PAID, None)


@pytest.mark.parametrize("first", ["suspended", "earned"])
def test_without_a_payout_account_it_goes_on_waiting_for_one(stage: Scene, first: str) -> None:
    for step in (suspended, Scene.earn) if first == "suspended" else (Scene.earn, suspended):
        step(stage)
    reinstated(stage)
    assert stage.payout().status == PayoutStatus.ON_HOLD
    stage.onboard()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
