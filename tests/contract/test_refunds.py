"""The fake and the gateway over the SDK against the sandbox keep the same promises about refunds."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from domain.payments.refunds.ports import Refunds
from gateways.stripe.open import open_all
from gateways.testing import FakeRefunds, Fault
from tests.contract.refunds_contract import RefundsContract
from tests.contract.sandbox_clients import form
from tests.contract.test_stripe_gateway import KINDS
from tests.sandbox_process import SandboxProcess


class FakeWorld:
    def __init__(self) -> None:
        self.fake = FakeRefunds(lambda: datetime.now(UTC))
        self.refunds: Refunds = self.fake

    def paid(self) -> str:
        return self.fake.captured(12_000)

    def fail_next(self, *faults: Fault) -> None:
        self.fake.fail_next(*faults)

    def sent(self, refund_id: str) -> int:
        return self.fake.sent(refund_id)

    async def close(self) -> None: ...


class TestFakeRefunds(RefundsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class StripeWorld:
    """One gateway for a test; the sandbox serves all of them."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.stripe = open_all(sandbox.secret_key, sandbox.url)
        self.refunds: Refunds = self.stripe.refunds

    def paid(self) -> str:
        key = {"Authorization": f"Bearer {self.sandbox.secret_key}"}
        url = f"{self.sandbox.url}/v1/payment_intents"
        paid: str = httpx.post(url, data=form(), headers=key, trust_env=False).raise_for_status().json()["id"]
        return paid

    def fail_next(self, *faults: Fault) -> None:
        for fault in faults:
            self.sandbox.fault(KINDS[fault], next=1)

    def sent(self, refund_id: str) -> int:
        found: int = self.sandbox.paid_out()["refunds"].get(refund_id, 0)
        return found

    async def close(self) -> None:
        await self.stripe.cards.close()


class TestStripeRefunds(RefundsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> StripeWorld:
        sandbox.clear_faults()
        return StripeWorld(sandbox)
