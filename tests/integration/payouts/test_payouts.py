"""Each worker is paid once, whatever dies; what fails is payable again."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, NotFound
from domain.payouts.read import Payout
from domain.payouts.retry import retry
from domain.payouts.states import PayoutStatus
from domain.payouts.work import Poll
from domain.platform.idempotency.claim import IdempotencyKey
from gateways.testing import Fault
from tests.contents import unchanged
from tests.integration.payouts.scene import EARNED, Stage


def again(stage: Stage, key: str = "k1", actor: str | None = None) -> tuple[Payout, bool]:
    bob = actor or stage.story.bob.id
    idempotency = IdempotencyKey(f"{bob} POST /payouts", key, "hash")
    return stage.do(bob, retry, stage.payout().id, idempotency)


def tell_of_bank(stage: Stage, failure: str | None = None) -> None:
    stage.payouts.arrive(stage.payout().id, failure)
    stage.deliver(stage.payouts.events[-1])
    stage.work()


def test_a_worked_example(stage: Stage) -> None:
    """90.00 paid, 81.00 earned: from what we owe, by his balance at Stripe, to his bank."""
    bob = stage.story.bob.id
    made = stage.earn_at_once()
    assert made.status == PayoutStatus.SCHEDULED
    ours = {"platform_fee": 900, "provider_fee": 291}
    assert stage.balances() == {f"payout_pending:{made.id}": EARNED, "clearing:stripe": 8_709, **ours}
    stage.work()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    assert stage.balances() == {
        f"payout_pending:{made.id}": EARNED,
        f"connected:{bob}": EARNED,
        "clearing:stripe": 609,
        **ours,
    }
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert stage.balances() == {"clearing:stripe": 609, **ours}
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.bob_heard("payout.paid") == 1
    assert stage.breaches() == []


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("when", ["transfer", "pay"])
def test_whatever_goes_wrong_the_worker_is_paid_once(stage: Stage, fault: Fault, when: str) -> None:
    made = stage.earn_at_once()
    if when == "pay":
        stage.payouts.is_pending = True
        stage.work()
        stage.payouts.is_pending = False
    stage.payouts.fail_next(fault)
    stage.settle()
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.breaches() == []


def test_money_that_is_not_available_yet_is_waited_for(stage: Stage) -> None:
    stage.onboard()
    stage.payouts.is_pending = True
    made = stage.earn()
    stage.work()
    for _ in range(30):
        stage.work(hours=2)
    assert stage.payout().status == PayoutStatus.SUBMITTING
    stage.payouts.is_pending = False
    stage.work(hours=1)
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    assert stage.payouts.transfers(made.id) == 1
    assert stage.breaches() == []


def test_a_bank_that_takes_nothing_gives_the_money_back_and_it_can_be_tried_again(stage: Stage) -> None:
    bob = stage.story.bob.id
    made = stage.earn_at_once()
    stage.work()
    tell_of_bank(stage, "account_closed")
    failed = stage.payout()
    assert (failed.status, failed.error_code) == (PayoutStatus.FAILED, "account_closed")
    assert stage.balance(f"worker_payable:{bob}") == EARNED
    assert stage.balance(f"connected:{bob}") == EARNED
    assert stage.bob_heard("payout.failed") == 1
    assert again(stage)[1] is False
    with unchanged(stage.database):
        assert again(stage)[1] is True
    stage.work()
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.balance(f"connected:{bob}") == 0
    assert stage.breaches() == []


def test_one_that_came_back_after_it_was_paid(stage: Stage) -> None:
    stage.earn_at_once()
    stage.work()
    tell_of_bank(stage)
    tell_of_bank(stage, "account_closed")
    assert stage.payout().status == PayoutStatus.RETURNED
    assert stage.balance(f"worker_payable:{stage.story.bob.id}") == EARNED
    again(stage)
    stage.work()
    tell_of_bank(stage)
    assert stage.payout().status == PayoutStatus.PAID
    assert stage.bob_heard("payout.failed") == 1
    assert stage.breaches() == []


@pytest.mark.parametrize("refused_first", [True, False])
def test_one_that_the_provider_refuses_has_failed(stage: Stage, refused_first: bool) -> None:
    made = stage.earn_at_once()
    if not refused_first:
        stage.payouts.is_pending = True
        stage.work()
        stage.payouts.is_pending = False
        stage.clock.forward(hours=1)
    stage.payouts.refuses = "payouts_not_allowed"
    stage.work()
    assert (stage.payout().status, stage.payout().error_code) == (PayoutStatus.FAILED, "payouts_not_allowed")
    assert stage.balance(f"worker_payable:{stage.story.bob.id}") == EARNED
    assert stage.breaches() == []
    again(stage)
    stage.work()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    assert (stage.payouts.transfers(made.id), stage.payouts.paid(made.id)) == (1, 1)
    assert stage.breaches() == []


def test_only_what_failed_can_be_tried_again_and_only_by_who_is_paid(stage: Stage) -> None:
    stage.earn()
    with pytest.raises(Conflict) as refused:
        again(stage)
    assert refused.value.code == "payout_not_failed"
    for charlie in (stage.story.alice.id, "acc_charlie"):
        with pytest.raises(NotFound):
            again(stage, actor=charlie)
    stage.onboard()
    tell_of_bank(stage, "account_closed")
    provider_id = stage.provider_id()
    stage.accounts.restrict(provider_id)
    stage.deliver(stage.accounts.events[-1])
    stage.work()
    with unchanged(stage.database), pytest.raises(Conflict) as refused:
        again(stage, key="k2")
    assert refused.value.code == "payout_account_not_ready"


def test_events_of_an_earlier_try_or_of_another_account_are_none_of_ours(stage: Stage) -> None:
    stage.earn_at_once()
    stage.work()
    tell_of_bank(stage, "account_closed")
    earlier = list(stage.payouts.events)
    again(stage)
    for _ in range(2):
        stage.deliver(*earlier)
        stage.work()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    mine = stage.payout().destination
    assert mine is not None
    stage.deliver(stage.payouts.events[-1].replace(mine, "fake_acct_of_charlie").replace('"sent"', '"paid"'))
    stage.work()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    assert stage.breaches() == []


def test_when_no_event_arrives_it_is_asked_about(stage: Stage) -> None:
    stage.earn_at_once()
    stage.work()
    stage.payouts.arrive(stage.payout().id)
    stage.clock.forward(minutes=2)
    stage.queue(Poll())
    stage.work()
    assert stage.payout().status == PayoutStatus.PAID
