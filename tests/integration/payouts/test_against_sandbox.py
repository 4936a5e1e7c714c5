"""The whole way of the money over the real gateways against the sandbox, whose count is the truth: our books and its
balances agree, and nobody is paid twice, with faults in between and a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.payments.refunds import read as refunds
from domain.payments.refunds.work import Sweep
from domain.payouts import read as payouts
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.request import request
from domain.payouts.accounts.work import Poll as PollAccounts
from domain.payouts.read import Payout
from domain.payouts.work import Poll
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from runtime.database import Database, open_database
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import stripe_engine
from tests.sandbox_process import SandboxProcess
from tests.story import Story, accepted, approved, asked_back, balances, cause_of, hired
from tests.work_off import work_off

FAULTS = ("too_many_requests", "effect_without_answer", "effect_error_stored", "error_stored", "reset")


class Market:
    """A booking after another, worked off by hand; no webhook reaches us: all is asked for."""

    def __init__(self, database: Database, sandbox: SandboxProcess, clock: Clock, worker: Engine) -> None:
        self.database, self.sandbox, self.clock, self.worker = database, sandbox, clock, worker

    def work(self, seconds: float = 0) -> None:
        self.clock.forward(seconds=seconds)
        schedules: list[Work] = [FetchEvents(provider="stripe"), Sweep(), Poll(), PollAccounts()]
        for work in schedules:
            self.database.write(lambda c, w=work: enqueue(c, cause_of(self.clock, "system"), w))
        work_off(self.worker)

    def until(self, look: Callable[[], object]) -> None:
        """Work on, some seconds at a time, until it is so."""
        deadline = time.monotonic() + 30
        while not look():
            assert time.monotonic() < deadline
            self.work(seconds=6)

    def paid(self) -> Story:
        story = hired(self.database, self.clock)
        payment = accepted(self.database, self.clock, story)
        self.until(lambda: self.database.read(lambda c: payments.by_id(c, payment.id)).status == "captured")
        return story

    def ready(self, story: Story, bank: str = "000123456789") -> None:
        bob = cause_of(self.clock, story.bob.id)
        self.database.write(lambda c: request(c, bob, "US"))

        def account() -> payout_accounts.PayoutAccount | None:
            return self.database.read(lambda c: payout_accounts.of_account(c, story.bob.id))

        self.until(lambda: (found := account()) is not None and found.provider_id is not None)
        found = account()
        assert found is not None
        self.sandbox.control(f"/sandbox/stripe/accounts/{found.provider_id}/onboard", {"bank": bank})
        self.until(lambda: (found := account()) is not None and found.is_ready)

    def payout(self, story: Story) -> Payout:
        found = self.database.read(lambda c: payouts.of_booking(c, story.booking.id))
        assert found is not None
        return found

    def check_books(self) -> None:
        """Each of our accounts at the provider holds what the provider says that it holds."""
        ours, truth = balances(self.database), self.sandbox.paid_out()
        assert ours.get("clearing:stripe", 0) == truth["balance"].get("usd", 0)
        assert sum(v for k, v in ours.items() if k.startswith("connected:")) == sum(
            there.get("usd", 0) for there in truth["connected"].values()
        )
        assert self.database.read(breaches) == []


@pytest.fixture
def market(sqlite_url: str, tmp_path: Path) -> Iterator[Market]:
    clock = Clock(datetime.now(UTC))
    with SandboxProcess(tmp_path / "sandbox") as sandbox:
        database = open_database(sqlite_url)
        with stripe_engine(database, clock, sandbox.secret_key, sandbox.url) as worker:
            yield Market(database, sandbox, clock, worker)
        database.close()


def test_from_the_card_to_the_bank(market: Market) -> None:
    story = market.paid()
    market.check_books()
    approved(market.database, market.clock, story)
    assert market.payout(story).status == "on_hold"
    market.ready(story)
    assert market.payout(story).status == "submitting"  # the funds are not available yet
    market.check_books()
    market.sandbox.control("/sandbox/stripe/settle")
    market.until(lambda: market.payout(story).status == "paid")
    market.check_books()
    truth = market.sandbox.paid_out()
    assert truth["payouts"] == truth["transfers"] == {market.payout(story).id: 1}


def test_a_bank_that_takes_nothing_and_then_one_that_does(market: Market) -> None:
    story = market.paid()
    market.ready(story, "000111111113")
    approved(market.database, market.clock, story)
    market.work()
    market.sandbox.control("/sandbox/stripe/settle")
    market.until(lambda: market.payout(story).status == "failed")
    assert market.payout(story).error_code == "account_closed"
    market.check_books()


@pytest.mark.parametrize("fault", FAULTS)
def test_with_a_fault_at_every_step_nobody_is_paid_twice(market: Market, fault: str) -> None:
    for operation in ("refunds.create", "accounts.create", "transfers.create", "payouts.create"):
        market.sandbox.fault(fault, next=1, operation=operation)
    back, story = market.paid(), market.paid()
    payment = market.database.read(lambda c: payments.funding(c, back.booking.id))
    assert payment is not None
    refund = asked_back(market.database, market.clock, payment)
    market.until(lambda: market.database.read(lambda c: refunds.by_id(c, refund.id)).status == "succeeded")
    approved(market.database, market.clock, story)
    market.ready(story)
    market.sandbox.control("/sandbox/stripe/settle")
    market.until(lambda: market.payout(story).status == "paid")
    market.check_books()
    truth, payout_id = market.sandbox.paid_out(), market.payout(story).id
    assert truth["refunds"] == {refund.id: 1}
    assert truth["transfers"] == truth["payouts"] == truth["payouts_made"] == {payout_id: 1}
    assert list(truth["accounts"].values()) == [1]


def test_a_provider_that_dies_in_the_middle(market: Market) -> None:
    story = market.paid()
    market.ready(story)
    approved(market.database, market.clock, story)
    market.sandbox.fault("effect_without_answer", next=1, operation="transfers.create")
    market.work()
    market.sandbox.kill()
    market.work(seconds=6)
    market.sandbox.start()
    market.sandbox.control("/sandbox/stripe/settle")
    market.until(lambda: market.payout(story).status == "paid")
    market.check_books()
    assert market.sandbox.paid_out()["transfers"] == {market.payout(story).id: 1}
