"""The fakes and the gateway over the SDK against the sandbox keep the same promises about payouts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.payouts.accounts.ports import PayoutAccounts
from domain.payouts.ports import Payouts
from gateways.testing import FakePayoutAccounts, FakePayouts, Fault
from tests.contract.payouts_contract import PayoutsContract
from tests.contract.worlds import AnyFake, StripeWorld
from tests.sandbox_process import SandboxProcess
from tests.stack import wait_until


def now() -> datetime:
    return datetime.now(UTC)


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake_accounts, self.fake_payouts = FakePayoutAccounts(now), FakePayouts(now)
        self.accounts: PayoutAccounts = self.fake_accounts
        self.payouts: Payouts = self.fake_payouts
        self.fake_payouts.is_pending = True

    def charged(self) -> str:
        return "fake_ch_1"

    def make_available(self) -> None:
        self.fake_payouts.is_pending = False

    def onboard(self, account_id: str, *, good_bank: bool = True) -> None:
        self.fake_accounts.onboard(account_id)

    def bank_decides(self, payout_id: str, *, good: bool) -> None:
        self.fake_payouts.arrive(payout_id, None if good else "account_closed")

    def fail_next(self, *faults: Fault) -> None:
        """Whichever of the two is asked next."""
        for fake in (self.fake_accounts, self.fake_payouts):
            fake.fail_next(*faults)

    def accounts_made(self, payout_account_id: str) -> int:
        return len(self.fake_accounts.made(payout_account_id))

    def transfers(self, payout_id: str) -> int:
        return self.fake_payouts.transfers(payout_id)

    def payouts_made(self, payout_id: str) -> int:
        return self.fake_payouts.paid(payout_id)


class TestFakePayouts(PayoutsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class PayoutsWorld(StripeWorld):
    @property
    def accounts(self) -> PayoutAccounts:
        return self.stripe.payout_accounts

    @property
    def payouts(self) -> Payouts:
        return self.stripe.payouts

    def charged(self) -> str:
        return self.charge()["latest_charge"]

    def make_available(self) -> None:
        self.sandbox.control("/sandbox/stripe/settle")

    def onboard(self, account_id: str, *, good_bank: bool = True) -> None:
        bank = "000123456789" if good_bank else "000111111113"
        self.sandbox.control(f"/sandbox/stripe/accounts/{account_id}/onboard", {"bank": bank})

    def bank_decides(self, payout_id: str, *, good: bool) -> None:
        """It does by itself, by the account's bank."""
        wanted = "paid" if good else "failed"
        wait_until(lambda: self.sandbox.paid_out()["payouts_ended"].get(payout_id) == wanted, wanted, 10)

    def accounts_made(self, payout_account_id: str) -> int:
        return self.paid_out("accounts", payout_account_id)

    def transfers(self, payout_id: str) -> int:
        return self.paid_out("transfers", payout_id)

    def payouts_made(self, payout_id: str) -> int:
        return self.paid_out("payouts_made", payout_id)


class TestStripePayouts(PayoutsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> PayoutsWorld:
        return PayoutsWorld(sandbox)
