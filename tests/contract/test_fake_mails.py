"""The fake that other tests trust keeps the same promises as the real gateway."""

from __future__ import annotations

import pytest

from domain.announcements.deliveries.ports import Carrier
from domain.announcements.emails.ports import Mail
from gateways.testing import FakeMails
from tests.contract.mails_contract import MailsContract
from tests.contract.worlds import AnyFake


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake = FakeMails()
        self.mails: Carrier[Mail] = self.fake

    def taken(self, delivery_id: str) -> list[Mail]:
        return [mail for mail in self.fake.taken if mail.delivery_id == delivery_id]


class TestFakeMails(MailsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()
