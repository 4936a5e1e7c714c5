"""A suspended worker is paid nothing more; what was held goes on when an admin reinstates the account."""

from __future__ import annotations

import pytest

from domain.identity.accounts.suspend import reinstate, suspend
from domain.payouts.hold import HELD
from domain.payouts.states import PayoutStatus
from domain.payouts.work import Pay, Poll
from gateways.testing import Fault
from tests.integration.payouts.scene import EARNED, Stage
from tests.integration.payouts.test_payouts import tell_of_bank


def suspended(stage: Stage) -> None:
    stage.do("acc_ada", suspend, stage.story.bob.id)


def reinstated(stage: Stage) -> None:
    stage.do("acc_ada", reinstate, stage.story.bob.id)
    stage.work()


def polled(stage: Stage) -> None:
    """An hour of polls, every ten minutes."""
    for _ in range(6):
        stage.clock.forward(minutes=10)
        stage.queue(Poll())
        stage.work()


def held(stage: Stage, status: PayoutStatus) -> None:
    """It does not move, says why, and the money is where it was."""
    before = stage.balances()
    polled(stage)
    found = stage.payout()
    assert (found.status, found.error_code) == (status, HELD)
    assert stage.payouts.paid(found.id) == 0
    assert stage.balances() == before
    assert stage.breaches() == []


def paid_once(stage: Stage) -> None:
    reinstated(stage)
    found = stage.payout()
    assert (found.status, found.error_code) == (PayoutStatus.IN_TRANSIT, None)
    tell_of_bank(stage)
    polled(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(found.id), stage.payouts.paid(found.id)) == (1, 1)
    assert stage.breaches() == []


def test_what_is_earned_while_suspended_stays_payable(stage: Stage) -> None:
    stage.onboard()
    suspended(stage)
    stage.earn()
    stage.work()
    held(stage, PayoutStatus.ON_HOLD)
    assert stage.balances()[f"worker_payable:{stage.story.bob.id}"] == EARNED
    paid_once(stage)


def test_what_is_scheduled_is_not_sent(stage: Stage) -> None:
    made = stage.earn_at_once()
    suspended(stage)
    stage.work()
    held(stage, PayoutStatus.SCHEDULED)
    assert stage.payouts.transfers(made.id) == 0
    paid_once(stage)


def test_what_waits_for_funds_at_the_provider_stays_there(stage: Stage) -> None:
    stage.onboard()
    stage.payouts.is_pending = True
    made = stage.earn()
    stage.work()
    suspended(stage)
    stage.payouts.is_pending = False
    held(stage, PayoutStatus.SUBMITTING)
    assert stage.payouts.transfers(made.id) == 1
    paid_once(stage)


def test_a_pay_whose_outcome_is_unknown_is_asked_about_while_the_worker_is_suspended(stage: Stage) -> None:
    stage.onboard()
    stage.payouts.is_pending = True
    made = stage.earn()
    stage.work()  # transferred; the pay waits for funds
    stage.payouts.is_pending = False
    stage.payouts.fail_next(Fault.LOST_AFTER)
    stage.queue(Pay(payout_id=made.id))
    stage.work()
    suspended(stage)
    assert (stage.payout().status, stage.payouts.paid(made.id)) == (PayoutStatus.SUBMITTING, 1)
    polled(stage)
    assert (stage.payout().status, stage.payout().error_code) == (PayoutStatus.IN_TRANSIT, None)
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.breaches() == []


def test_what_had_left_arrives(stage: Stage) -> None:
    stage.earn_at_once()
    stage.work()
    suspended(stage)
    tell_of_bank(stage)
    assert (stage.payout().status, stage.payout().error_code) == (PayoutStatus.PAID, None)


@pytest.mark.parametrize("first", ["suspended", "earned"])
def test_without_a_payout_account_it_goes_on_waiting_for_one(stage: Stage, first: str) -> None:
    for step in (suspended, Stage.earn) if first == "suspended" else (Stage.earn, suspended):
        step(stage)
    reinstated(stage)
    assert stage.payout().status == PayoutStatus.ON_HOLD
    stage.onboard()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
