"""What every provider of payout accounts and payouts must do; subclasses bring the provider's side.

All money is bob's, who earned it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from domain.payouts.accounts.ports import AccountAtProvider, AccountOrder, PayoutAccounts
from domain.payouts.ports import FundsPending, PayoutFailed, PayoutOrder, PayoutPaid, Payouts, PayoutSent
from domain.provider_errors import OutcomeUnknown, TryLater
from gateways.testing import Fault
from tests.contract.worlds import PATIENT, SHORT, AnyWorld, Contract, in_the_end

DOUBTFUL = [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.HANG]
STORED = [(Fault.STORED_BEFORE, 0), (Fault.STORED_AFTER, 1)]


class World(AnyWorld, Protocol):
    """The provider's side of the contract."""

    accounts: PayoutAccounts
    payouts: Payouts

    def charged(self) -> str:
        """The provider's id of a charge of 120.00, whose money is not available yet."""
        ...

    def make_available(self) -> None: ...

    def onboard(self, account_id: str, *, good_bank: bool = True) -> None: ...

    def bank_decides(self, payout_id: str, *, good: bool) -> None:
        """Returns when the bank has made up its mind."""
        ...

    def accounts_made(self, payout_account_id: str) -> int: ...

    def transfers(self, payout_id: str) -> int: ...

    def payouts_made(self, payout_id: str) -> int: ...


def account_order(**changes: Any) -> AccountOrder:
    payout_account_id = f"pac_{uuid4().hex[:20]}"
    values: dict[str, Any] = {
        "provider": "stripe",
        "payout_account_id": payout_account_id,
        "worker_id": "acc_bob",
        "email": "bob@example.com",
        "country": "US",
        "request_key": f"{payout_account_id}:1",
        "created_at": datetime.now(UTC),
        "provider_id": None,
    }
    return AccountOrder(**{**values, **changes})


class PayoutsContract(Contract):
    def opened(self, world: World) -> AccountAtProvider:
        return self.run(world.accounts.open(account_order(), PATIENT))

    def order(self, world: World, *, good_bank: bool = True, **changes: Any) -> PayoutOrder:
        """Bob's account is ready, and there is a charge to pay him from."""
        destination = self.opened(world).provider_id
        world.onboard(destination, good_bank=good_bank)
        payout_id = f"pyt_{uuid4().hex[:20]}"
        values: dict[str, Any] = {
            "provider": "stripe",
            "payout_id": payout_id,
            "booking_id": f"bkg_{uuid4().hex[:20]}",
            "worker_id": "acc_bob",
            "destination": destination,
            "charge_id": world.charged(),
            "amount_minor": 8_100,
            "currency": "usd",
            "generation": 1,
            "request_key": f"{payout_id}:1",
            "created_at": datetime.now(UTC),
            "provider_id": None,
        }
        return PayoutOrder(**{**values, **changes})

    def moved(self, world: World, order: PayoutOrder) -> None:
        """The money is in bob's balance there, and available."""
        self.run(world.payouts.transfer(msgspec.structs.replace(order, request_key=f"{order.payout_id}:t"), PATIENT))
        world.make_available()

    # --- accounts ---

    def test_an_account_is_not_ready_until_its_owner_has_told_everything(self, world: World) -> None:
        order = account_order()
        made = self.run(world.accounts.open(order, PATIENT))
        assert not made.is_ready
        assert not made.is_submitted
        assert "external_account" in made.requirements
        link = self.run(world.accounts.link(made.provider_id, "https://example.org/done", PATIENT))
        assert link.expires_at > datetime.now(UTC)
        world.onboard(made.provider_id)
        for known in (order, msgspec.structs.replace(order, provider_id=made.provider_id)):
            found = self.run(world.accounts.look_up(known, PATIENT))
            assert found is not None
            assert (found.provider_id, found.is_ready, found.requirements) == (made.provider_id, True, ())

    def test_an_account_that_was_never_asked_for_is_not_there(self, world: World) -> None:
        self.opened(world)
        assert self.run(world.accounts.look_up(account_order(), PATIENT)) is None

    @pytest.mark.parametrize("fault", DOUBTFUL)
    def test_an_account_whose_answer_was_lost_is_made_once(self, world: World, fault: Fault) -> None:
        order = account_order()
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown):
            self.run(world.accounts.open(order, SHORT))
        in_the_end(lambda: self.run(world.accounts.open(order, PATIENT)))
        assert world.accounts_made(order.payout_account_id) == 1

    # --- transfers ---

    def test_a_transfer_is_made_before_the_money_is_available_and_found_again(self, world: World) -> None:
        order = self.order(world)
        assert self.run(world.payouts.find_transfer(order, PATIENT)) is None
        made = self.run(world.payouts.transfer(order, PATIENT))
        assert self.run(world.payouts.transfer(order, PATIENT)) == made
        assert self.run(world.payouts.find_transfer(order, PATIENT)) == made
        assert world.transfers(order.payout_id) == 1

    @pytest.mark.parametrize("fault", DOUBTFUL)
    def test_a_transfer_whose_answer_was_lost_is_made_once(self, world: World, fault: Fault) -> None:
        order = self.order(world)
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown):
            self.run(world.payouts.transfer(order, SHORT))
        in_the_end(lambda: self.run(world.payouts.transfer(order, PATIENT)))
        assert world.transfers(order.payout_id) == 1

    @pytest.mark.parametrize(("fault", "made"), STORED)
    def test_a_transfer_with_a_stored_failure_is_looked_up(self, world: World, fault: Fault, made: int) -> None:
        order = self.order(world)
        world.fail_next(fault)
        for stored in (False, True):
            with pytest.raises(OutcomeUnknown) as caught:
                self.run(world.payouts.transfer(order, PATIENT))
            assert caught.value.stored is stored
        found = self.run(world.payouts.find_transfer(order, PATIENT))
        assert (found is not None, world.transfers(order.payout_id)) == (bool(made), made)

    # --- payouts ---

    def test_a_payout_waits_for_available_money_and_needs_another_key_then(self, world: World) -> None:
        order = self.order(world)
        transfer = msgspec.structs.replace(order, request_key=f"{order.payout_id}:t")
        self.run(world.payouts.transfer(transfer, PATIENT))
        assert self.run(world.payouts.pay(order, PATIENT)) == FundsPending()
        assert self.run(world.payouts.look_up(order, PATIENT)) is None
        world.make_available()
        again = msgspec.structs.replace(order, generation=2, request_key=f"{order.payout_id}:2")
        assert isinstance(self.run(world.payouts.pay(again, PATIENT)), PayoutSent)
        assert world.payouts_made(order.payout_id) == 1

    def test_a_payout_arrives(self, world: World) -> None:
        order = self.order(world)
        self.moved(world, order)
        sent = self.run(world.payouts.pay(order, PATIENT))
        assert isinstance(sent, PayoutSent)
        world.bank_decides(order.payout_id, good=True)
        for known in (order, msgspec.structs.replace(order, provider_id=sent.provider_id)):
            assert self.run(world.payouts.look_up(known, PATIENT)) == PayoutPaid(provider_id=sent.provider_id)
        assert world.payouts_made(order.payout_id) == 1

    def test_a_payout_that_the_bank_does_not_take_can_be_made_again(self, world: World) -> None:
        order = self.order(world, good_bank=False)
        self.moved(world, order)
        sent = self.run(world.payouts.pay(order, PATIENT))
        world.bank_decides(order.payout_id, good=False)
        failed = self.run(world.payouts.look_up(order, PATIENT))
        assert isinstance(failed, PayoutFailed)
        assert (failed.provider_id, failed.code) == (sent.provider_id, "account_closed")
        second = msgspec.structs.replace(order, generation=2, request_key=f"{order.payout_id}:2")
        assert self.run(world.payouts.look_up(second, PATIENT)) is None
        world.onboard(order.destination)
        again = self.run(world.payouts.pay(second, PATIENT))
        assert isinstance(again, PayoutSent)
        assert again.provider_id != sent.provider_id

    @pytest.mark.parametrize("fault", DOUBTFUL)
    def test_a_payout_whose_answer_was_lost_is_made_once(self, world: World, fault: Fault) -> None:
        order = self.order(world)
        self.moved(world, order)
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown):
            self.run(world.payouts.pay(order, SHORT))
        in_the_end(lambda: self.run(world.payouts.pay(order, PATIENT)))
        assert world.payouts_made(order.payout_id) == 1

    @pytest.mark.parametrize(("fault", "made"), STORED)
    def test_a_payout_with_a_stored_failure_is_looked_up(self, world: World, fault: Fault, made: int) -> None:
        order = self.order(world)
        self.moved(world, order)
        world.fail_next(fault)
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                self.run(world.payouts.pay(order, PATIENT))
        found = self.run(world.payouts.look_up(order, PATIENT))
        assert (found is not None, world.payouts_made(order.payout_id)) == (bool(made), made)

    @pytest.mark.parametrize("call", ["open", "transfer", "pay"])
    def test_turned_away_at_the_door(self, world: World, call: str) -> None:
        order = self.order(world)
        calls: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "open": lambda: world.accounts.open(account_order(), PATIENT),
            "transfer": lambda: world.payouts.transfer(order, PATIENT),
            "pay": lambda: world.payouts.pay(order, PATIENT),
        }
        world.fail_next(Fault.RATE_LIMITED)
        with pytest.raises(TryLater) as caught:
            self.run(calls[call]())
        assert caught.value.retry_after_s == 1.0
