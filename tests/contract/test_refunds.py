"""The fake and the gateway over the SDK against the sandbox keep the same promises about refunds."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from domain.payments.refunds.ports import Refunds
from gateways.stripe.open import open_all
from gateways.testing import FakeRefunds
from tests.contract.refunds_contract import RefundsContract
from tests.contract.sandbox_clients import form
from tests.contract.worlds import AnyFake, SandboxWorld
from tests.sandbox_process import SandboxProcess


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake = FakeRefunds(lambda: datetime.now(UTC))
        self.refunds: Refunds = self.fake

    def paid(self) -> str:
        return self.fake.captured(12_000)

    def sent(self, refund_id: str) -> int:
        return self.fake.sent(refund_id)


class TestFakeRefunds(RefundsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class StripeWorld(SandboxWorld):
    def __init__(self, sandbox: SandboxProcess) -> None:
        super().__init__(sandbox)
        self.stripe = open_all(sandbox.secret_key, sandbox.url)
        self.refunds: Refunds = self.stripe.refunds

    def paid(self) -> str:
        key = {"Authorization": f"Bearer {self.sandbox.secret_key}"}
        url = f"{self.sandbox.url}/v1/payment_intents"
        paid: str = httpx.post(url, data=form(), headers=key, trust_env=False).raise_for_status().json()["id"]
        return paid

    def sent(self, refund_id: str) -> int:
        found: int = self.sandbox.paid_out()["refunds"].get(refund_id, 0)
        return found

    async def close(self) -> None:
        await self.stripe.cards.close()


class TestStripeRefunds(RefundsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> StripeWorld:
        return StripeWorld(sandbox)
