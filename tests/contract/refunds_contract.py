"""What every implementation of ``Refunds`` must do; subclasses bring the provider's side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from domain.payments.refunds.ports import Refunded, RefundOrder, RefundOutcome, RefundProcessing, Refunds
from domain.provider_errors import Refused
from tests.contract.keyed_contract import Keyed, KeyedContract
from tests.contract.worlds import PATIENT, AnyWorld


class World(AnyWorld, Protocol):
    """The provider's side of the contract."""

    refunds: Refunds

    def paid(self) -> str:
        """The provider's id of a payment of 120.00 that it has captured."""
        ...

    def sent(self, refund_id: str) -> int:
        """How often it was made: the provider's own count."""
        ...


def new_order(world: World, **changes: Any) -> RefundOrder:
    refund_id = f"rfd_{uuid4().hex}"
    values: dict[str, Any] = {
        "provider": "stripe",
        "refund_id": refund_id,
        "payment_id": f"pay_{uuid4().hex}",
        "booking_id": f"bkg_{uuid4().hex}",
        "payment_provider_id": changes.pop("payment_provider_id", None) or world.paid(),
        "amount_minor": 5_000,
        "currency": "usd",
        "request_key": f"{refund_id}:1",
        "created_at": datetime.now(UTC),
        "provider_id": None,
    }
    return RefundOrder(**{**values, **changes})


class RefundsContract(KeyedContract):
    @pytest.fixture
    def call(self, world: World) -> Keyed:
        order = new_order(world)
        refunds = world.refunds
        return Keyed(order, refunds.submit, refunds.look_up, lambda: world.sent(order.refund_id))

    def submit(self, world: World, order: RefundOrder) -> RefundOutcome:
        outcome = self.run(world.refunds.submit(order, PATIENT))
        assert isinstance(outcome, Refunded | RefundProcessing)
        return outcome

    def test_it_goes_back_and_can_be_found_by_either_id(self, world: World) -> None:
        order = new_order(world)
        outcome = self.submit(world, order)
        assert isinstance(outcome, Refunded)
        for known in (order, msgspec.structs.replace(order, provider_id=outcome.provider_id)):
            assert self.run(world.refunds.look_up(known, PATIENT)) == outcome
        assert world.sent(order.refund_id) == 1

    def test_what_was_never_sent_is_not_there(self, world: World) -> None:
        order = new_order(world)
        assert self.run(world.refunds.look_up(order, PATIENT)) is None
        other = new_order(world, payment_provider_id=order.payment_provider_id)
        self.submit(world, other)
        assert self.run(world.refunds.look_up(order, PATIENT)) is None

    def test_more_than_there_is_is_refused(self, world: World) -> None:
        first = new_order(world, amount_minor=12_000)
        self.submit(world, first)
        second = new_order(world, payment_provider_id=first.payment_provider_id, amount_minor=1)
        with pytest.raises(Refused):
            self.run(world.refunds.submit(second, PATIENT))
        assert world.sent(second.refund_id) == 0
