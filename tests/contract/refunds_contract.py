"""What every implementation of ``Refunds`` must do; subclasses bring the provider's side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from domain.payments.refunds.ports import Refunded, RefundOrder, RefundOutcome, RefundProcessing, Refunds
from domain.provider_errors import OutcomeUnknown, Refused, TryLater
from gateways.testing import Fault
from tests.contract.worlds import PATIENT, SHORT, AnyWorld, Contract, in_the_end


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


class RefundsContract(Contract):
    def submit(self, world: World, order: RefundOrder, deadline: timedelta = PATIENT) -> RefundOutcome:
        outcome = self.run(world.refunds.submit(order, deadline))
        assert isinstance(outcome, Refunded | RefundProcessing)
        return outcome

    def test_it_goes_back_and_can_be_found_by_either_id(self, world: World) -> None:
        order = new_order(world)
        outcome = self.submit(world, order)
        assert isinstance(outcome, Refunded)
        for known in (order, msgspec.structs.replace(order, provider_id=outcome.provider_id)):
            assert self.run(world.refunds.look_up(known, PATIENT)) == outcome
        assert world.sent(order.refund_id) == 1

    def test_the_same_key_sends_nothing_twice(self, world: World) -> None:
        order = new_order(world)
        assert self.submit(world, order) == self.submit(world, order)
        assert world.sent(order.refund_id) == 1

    def test_what_was_never_sent_is_not_there(self, world: World) -> None:
        order = new_order(world)
        assert self.run(world.refunds.look_up(order, PATIENT)) is None
        other = new_order(world, payment_provider_id=order.payment_provider_id)
        self.submit(world, other)
        assert self.run(world.refunds.look_up(order, PATIENT)) is None

    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.HANG])
    def test_a_lost_answer_is_unknown_and_the_same_key_resolves_it(self, world: World, fault: Fault) -> None:
        order = new_order(world)
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown) as caught:
            self.run(world.refunds.submit(order, SHORT))
        assert not caught.value.stored
        in_the_end(lambda: self.submit(world, order))
        assert world.sent(order.refund_id) == 1

    @pytest.mark.parametrize(("fault", "made"), [(Fault.STORED_BEFORE, 0), (Fault.STORED_AFTER, 1)])
    def test_a_stored_failure_is_repeated_and_a_look_up_tells(self, world: World, fault: Fault, made: int) -> None:
        order = new_order(world)
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown):
            self.run(world.refunds.submit(order, PATIENT))
        with pytest.raises(OutcomeUnknown) as caught:
            self.run(world.refunds.submit(order, PATIENT))
        assert caught.value.stored
        found = self.run(world.refunds.look_up(order, PATIENT))
        assert (found is not None, world.sent(order.refund_id)) == (bool(made), made)

    def test_turned_away_at_the_door(self, world: World) -> None:
        order = new_order(world)
        world.fail_next(Fault.RATE_LIMITED)
        with pytest.raises(TryLater) as caught:
            self.run(world.refunds.submit(order, PATIENT))
        assert caught.value.retry_after_s == 1.0
        assert world.sent(order.refund_id) == 0

    def test_a_look_up_is_never_in_doubt(self, world: World) -> None:
        order = new_order(world)
        world.fail_next(Fault.LOST_BEFORE)
        with pytest.raises(TryLater):
            self.run(world.refunds.look_up(order, PATIENT))

    def test_more_than_there_is_is_refused(self, world: World) -> None:
        first = new_order(world, amount_minor=12_000)
        self.submit(world, first)
        second = new_order(world, payment_provider_id=first.payment_provider_id, amount_minor=1)
        with pytest.raises(Refused):
            self.run(world.refunds.submit(second, PATIENT))
        assert world.sent(second.refund_id) == 0
