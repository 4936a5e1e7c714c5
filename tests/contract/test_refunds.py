"""The fake and the gateway over the SDK against the sandbox keep the same promises about refunds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.payments.refunds.ports import Refunds
from gateways.testing import FakeRefunds
from tests.contract.refunds_contract import RefundsContract
from tests.contract.worlds import AnyFake, StripeWorld
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


class RefundsWorld(StripeWorld):
    @property
    def refunds(self) -> Refunds:
        return self.stripe.refunds

    def paid(self) -> str:
        return self.charge()["id"]

    def sent(self, refund_id: str) -> int:
        return self.paid_out("refunds", refund_id)


class TestStripeRefunds(RefundsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> RefundsWorld:
        return RefundsWorld(sandbox)
