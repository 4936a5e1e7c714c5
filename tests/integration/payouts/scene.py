"""Bob has earned 81.00, and the provider is a fake: what happens from there is for the test to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.payouts import read
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.request import request
from domain.payouts.read import Payout
from gateways.testing import FakeCards, FakeMails, FakePayoutAccounts, FakePayouts, FakeRefunds
from runtime.database import Database
from runtime.ids import new_id
from tests.clock import Clock
from tests.engines import engine
from tests.scene import Scene
from tests.story import Story, paid

EARNED = 8_100


@dataclass(frozen=True)
class Stage(Scene):
    accounts: FakePayoutAccounts
    payouts: FakePayouts
    story: Story

    def ask_for_account(self, country: str = "US") -> PayoutAccount:
        return self.do(self.story.bob.id, request, country).account

    def account(self) -> PayoutAccount:
        found = self.look(payout_accounts.of_account, self.story.bob.id)
        assert found is not None
        return found

    def onboard(self) -> None:
        """Bob tells the provider everything, and we hear of it."""
        self.ask_for_account()
        self.work()
        self.accounts.onboard(self.provider_id())
        self.deliver(self.accounts.events[-1])
        self.work()

    def earn(self) -> Payout:
        """His booking is approved and released."""
        self.approved(self.story)
        return self.payout()

    def earn_at_once(self) -> Payout:
        """His account is ready before he earns."""
        self.onboard()
        return self.earn()

    def provider_id(self) -> str:
        """The provider's id of his account."""
        found = self.account().provider_id
        assert found is not None
        return found

    def payout(self) -> Payout:
        found = self.look(read.of_booking, self.story.booking.id)
        assert found is not None
        return found

    def deliver(self, *payloads: str) -> None:
        """The provider's events reach us, each under an id of its own."""
        for payload in payloads:
            self.told("stripe", payload, new_id("evt"))

    def bob_heard(self, kind: str) -> int:
        return self.heard(self.story.bob.id).count(kind)

    def balance(self, account: str) -> int:
        return self.balances().get(account, 0)


@contextmanager
def staged(database: Database, mails: FakeMails | None = None) -> Iterator[Stage]:
    clock = Clock()
    cards, refunds = FakeCards(clock), FakeRefunds(clock)
    accounts, payouts = FakePayoutAccounts(clock), FakePayouts(clock)
    with engine(database, clock, cards, refunds=refunds, accounts=accounts, payouts=payouts, mails=mails) as worker:
        story, _ = paid(database, clock)
        yield Stage(database, clock, cards, refunds, worker, accounts, payouts, story)
