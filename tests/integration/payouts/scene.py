"""Bob has earned 81.00, and the provider is a fake: what happens from there is for the test to say."""

from __future__ import annotations

from dataclasses import dataclass

from domain.database import Connection
from domain.oversight.ledger_checks.invariants import breaches
from domain.payouts import read
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.request import request
from domain.payouts.read import Payout
from domain.platform.inbox.receive import receive
from gateways.testing import FakePayoutAccounts, FakePayouts
from runtime.database import Database
from runtime.ids import new_id
from tasks.execution import Engine
from tests.clock import Clock
from tests.story import Story, approved, balances, cause_of, heard, paid
from tests.work_off import work_off

EARNED = 8_100


@dataclass
class Scene:
    database: Database
    clock: Clock
    accounts: FakePayoutAccounts
    payouts: FakePayouts
    worker: Engine
    story: Story

    def work(self, **later: float) -> None:
        work_off(self.worker, **later)

    def settle(self) -> None:
        """Long enough for every retry, and for two look-ups."""
        for _ in range(6):
            self.work()
            self.clock.forward(minutes=11)
        self.work()

    def ask_for_account(self, country: str = "US") -> PayoutAccount:
        cause = cause_of(self.clock, self.story.bob.id)
        return self.database.write(lambda c: request(c, cause, country)).account

    def account(self) -> PayoutAccount:
        found = self.database.read(lambda c: payout_accounts.of_account(c, self.story.bob.id))
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
        approved(self.database, self.clock, self.story)
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
        found = self.database.read(lambda c: read.of_booking(c, self.story.booking.id))
        assert found is not None
        return found

    def deliver(self, *payloads: str) -> None:
        """The provider's events reach us, each under an id of its own."""

        def unit(connection: Connection) -> None:
            for payload in payloads:
                cause = cause_of(self.clock, "stripe")
                receive(connection, cause, provider="stripe", event_id=new_id("evt"), payload=payload)

        self.database.write(unit)

    def heard(self, kind: str) -> int:
        return heard(self.database, self.story.bob.id).count(kind)

    def balance(self, account: str) -> int:
        return balances(self.database).get(account, 0)

    def breaches(self) -> list[str]:
        return self.database.read(breaches)


def scene(
    database: Database, clock: Clock, worker: Engine, accounts: FakePayoutAccounts, payouts: FakePayouts
) -> Scene:
    story, _ = paid(database, clock)
    return Scene(database, clock, accounts, payouts, worker, story)
