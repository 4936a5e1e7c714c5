"""What every provider of payout accounts and payouts must do; subclasses bring the provider's side.

All money is bob's, who earned it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from domain.payouts.accounts.ports import AccountAtProvider, AccountOrder, PayoutAccounts
from domain.payouts.ports import FundsPending, PayoutFailed, PayoutOrder, PayoutPaid, Payouts, PayoutSent
from tests.contract.keyed_contract import Keyed, KeyedContract
from tests.contract.worlds import PATIENT, AnyWorld


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


class PayoutsContract(KeyedContract):
    @pytest.fixture(params=["account", "transfer", "payout"])
    def call(self, world: World, request: pytest.FixtureRequest) -> Keyed:
        accounts, payouts = world.accounts, world.payouts
        if request.param == "account":
            asked = account_order()
            made = partial(world.accounts_made, asked.payout_account_id)
            return Keyed(asked, accounts.open, accounts.look_up, made)
        order = self.order(world)
        if request.param == "transfer":
            made = partial(world.transfers, order.payout_id)
            return Keyed(order, payouts.transfer, payouts.find_transfer, made, goes_by_id=False)
        self.moved(world, order)
        made = partial(world.payouts_made, order.payout_id)
        return Keyed(order, payouts.pay, payouts.look_up, made)

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

    # --- transfers ---

    def test_a_transfer_is_made_before_the_money_is_available_and_found_again(self, world: World) -> None:
        order = self.order(world)
        assert self.run(world.payouts.find_transfer(order, PATIENT)) is None
        made = self.run(world.payouts.transfer(order, PATIENT))
        assert self.run(world.payouts.transfer(order, PATIENT)) == made
        assert self.run(world.payouts.find_transfer(order, PATIENT)) == made
        assert world.transfers(order.payout_id) == 1

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
