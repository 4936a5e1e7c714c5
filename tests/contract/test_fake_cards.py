"""The fake that other tests trust keeps the same promises as the real gateway."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.payments.ports import CardPayments, PaymentEvent
from domain.platform.inbox.ports import NotOurs
from gateways.testing import FakeCards, translate
from tests.contract.card_payments_contract import CardPaymentsContract
from tests.contract.worlds import AnyFake


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake = FakeCards(lambda: datetime.now(UTC))
        self.cards: CardPayments = self.fake

    def charges(self, payment_id: str) -> int:
        return len(self.fake.charges(payment_id))

    def confirm(self, client_secret: str, payment_method: str) -> None:
        self.fake.confirm(client_secret, payment_method)

    def translate(self, payload: str) -> PaymentEvent | NotOurs:
        return translate(payload)


class TestFakeCards(CardPaymentsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()
