"""A worker asks for an account once, tells the provider everything, and what waited is sent."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, NotFound
from domain.payouts.accounts.request import request_link
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.work import Poll
from domain.payouts.states import PayoutStatus
from gateways.testing import Fault
from gateways.testing.payout_accounts import ELSEWHERE
from tests.contents import unchanged
from tests.integration.payouts.scene import Stage


def test_it_is_made_once_and_has_a_page(stage: Stage) -> None:
    first = stage.ask_for_account()
    with unchanged(stage.database):
        assert stage.ask_for_account("DE").id == first.id
    stage.work()
    found = stage.account()
    assert (found.status, found.country, found.requirements) == (
        PayoutAccountStatus.ONBOARDING,
        "US",
        "external_account",
    )
    assert found.has_link(stage.clock())
    assert stage.accounts.made(found.id) == [found.provider_id]


@pytest.mark.parametrize("fault", Fault)
def test_whatever_goes_wrong_one_is_made(stage: Stage, fault: Fault) -> None:
    stage.ask_for_account()
    stage.accounts.fail_next(fault)
    stage.settle()
    found = stage.account()
    assert found.status == PayoutAccountStatus.ONBOARDING
    assert stage.accounts.made(found.id) == [found.provider_id]


def test_a_page_that_is_over_is_replaced(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.do(stage.story.bob.id, request_link)
    stage.ask_for_account()
    stage.work()
    old = stage.account()
    stage.clock.forward(minutes=6)
    assert not stage.account().has_link(stage.clock())
    stage.do(stage.story.bob.id, request_link)
    assert stage.account().link_url is None
    stage.work()
    assert stage.account().has_link(stage.clock())
    assert stage.account().link_url != old.link_url


def test_a_country_that_is_refused_may_be_corrected(stage: Stage) -> None:
    stage.ask_for_account(ELSEWHERE)
    stage.work()
    found = stage.account()
    assert (found.status, found.error_message) == (PayoutAccountStatus.REFUSED, "AQ is not supported.")
    with pytest.raises(Conflict):
        stage.do(stage.story.bob.id, request_link)
    stage.ask_for_account("US")
    stage.work()
    assert stage.account().status == PayoutAccountStatus.ONBOARDING


def test_when_it_is_ready_the_worker_is_told_and_what_waited_is_sent(stage: Stage) -> None:
    assert stage.earn().status == PayoutStatus.ON_HOLD
    stage.onboard()
    assert stage.account().status == PayoutAccountStatus.READY
    assert stage.bob_heard("payout.account_ready") == 1
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    stage.deliver(*stage.accounts.events * 2)
    stage.work()
    assert stage.bob_heard("payout.account_ready") == 1
    assert stage.payouts.paid(stage.payout().id) == 1
    assert stage.breaches() == []


def test_one_that_is_restricted_holds_the_next_payout_until_it_is_ready_again(stage: Stage) -> None:
    stage.onboard()
    provider_id = stage.provider_id()
    stage.accounts.restrict(provider_id)
    stage.deliver(stage.accounts.events[-1])
    stage.work()
    assert stage.account().status == PayoutAccountStatus.RESTRICTED
    assert stage.earn().status == PayoutStatus.ON_HOLD
    stage.clock.forward(minutes=1)
    stage.accounts.onboard(provider_id)
    stage.deliver(stage.accounts.events[-1])
    stage.work()
    assert stage.payout().status == PayoutStatus.IN_TRANSIT
    assert stage.bob_heard("payout.account_ready") == 2


def test_events_that_come_in_the_wrong_order_change_nothing(stage: Stage) -> None:
    stage.ask_for_account()
    stage.work()
    provider_id = stage.provider_id()
    for step in (stage.accounts.onboard, stage.accounts.restrict, stage.accounts.onboard):
        step(provider_id)
    for payload in reversed(stage.accounts.events):
        stage.deliver(payload)
        stage.work()
    assert stage.account().status == PayoutAccountStatus.READY


def test_when_no_event_arrives_the_account_is_asked_about(stage: Stage) -> None:
    stage.ask_for_account()
    stage.work()
    provider_id = stage.provider_id()
    stage.accounts.onboard(provider_id)
    stage.clock.forward(minutes=2)
    stage.queue(Poll())
    stage.work()
    assert stage.account().status == PayoutAccountStatus.READY
