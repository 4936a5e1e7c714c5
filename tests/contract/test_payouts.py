"""The fakes and the gateway over the SDK against the sandbox keep the same promises about payouts."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from domain.payouts.accounts.ports import PayoutAccounts
from domain.payouts.ports import Payouts
from gateways.stripe.open import open_all
from gateways.testing import FakePayoutAccounts, FakePayouts, Fault
from tests.contract.payouts_contract import PayoutsContract
from tests.contract.sandbox_clients import form
from tests.contract.worlds import AnyFake, SandboxWorld
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


class StripeWorld(SandboxWorld):
    def __init__(self, sandbox: SandboxProcess) -> None:
        super().__init__(sandbox)
        self.stripe = open_all(sandbox.secret_key, sandbox.url)
        self.accounts: PayoutAccounts = self.stripe.payout_accounts
        self.payouts: Payouts = self.stripe.payouts

    def charged(self) -> str:
        charge: str = self._ask("POST", "payment_intents", form())["latest_charge"]
        return charge

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
        return self._count("accounts", payout_account_id)

    def transfers(self, payout_id: str) -> int:
        return self._count("transfers", payout_id)

    def payouts_made(self, payout_id: str) -> int:
        return self._count("payouts_made", payout_id)

    async def close(self) -> None:
        await self.stripe.cards.close()

    def _count(self, what: str, tag: str) -> int:
        found: int = self.sandbox.paid_out()[what].get(tag, 0)
        return found

    def _ask(self, method: str, path: str, fields: dict[str, str]) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self.sandbox.secret_key}"}
        answer = httpx.request(method, f"{self.sandbox.url}/v1/{path}", data=fields, headers=key, trust_env=False)
        body: dict[str, str] = answer.raise_for_status().json()
        return body


class TestStripePayouts(PayoutsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> StripeWorld:
        return StripeWorld(sandbox)
