"""A provider of payouts in memory, with the worker's balance at the provider and the worker's bank.

::

    payouts = FakePayouts(clock)
    payouts.fail_next(Fault.LOST_AFTER)         # moved, but the answer is lost
    with pytest.raises(OutcomeUnknown): ...     # transfer
    payouts.is_pending = False                  # while True, pay answers FundsPending
    payouts.arrive("pyt_1")                     # the bank has it
    assert (payouts.transfers("pyt_1"), payouts.paid("pyt_1")) == (1, 1)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from domain.payouts.ports import (
    FundsPending,
    PayoutEvent,
    PayoutFailed,
    PayoutOrder,
    PayoutOutcome,
    PayoutPaid,
    PayoutSent,
    Transferred,
)
from domain.provider_errors import Refused, TryLater
from gateways.testing.faults import PROVIDER, Faults
from gateways.testing.keyed import Held, Keyed
from gateways.testing.numbers import numbers

_Held = Held[PayoutOrder, PayoutOutcome]


class FakePayouts(Faults):
    """``clock`` dates the events.  Money is available at once unless ``is_pending``."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._numbers = numbers()
        self._transfers: dict[str, PayoutOrder] = {}
        self._held: dict[str, _Held] = {}
        self._moving: Keyed[Transferred] = Keyed(self)
        self._paying: Keyed[PayoutOutcome | FundsPending] = Keyed(self)
        self.is_pending = False
        self.refuses: str | None = None
        """The code with which the provider refuses the next transfer or payout."""
        self.events: list[str] = []

    def transfers(self, payout_id: str) -> int:
        """Return how often the provider moved the payout's money."""
        return sum(order.payout_id == payout_id for order in self._transfers.values())

    def paid(self, payout_id: str) -> int:
        """Return how many payouts to the bank are sent or paid."""
        mine = [held for held in self._held.values() if held.order.payout_id == payout_id]
        return sum(not isinstance(held.outcome, PayoutFailed) for held in mine)

    def moved_minor(self, worker_id: str) -> int:
        """Return how much the provider moved to the worker's balance, in minor units."""
        return sum(order.amount_minor for order in self._transfers.values() if order.worker_id == worker_id)

    def paid_minor(self, worker_id: str) -> int:
        """Return how much is sent or paid to the worker's bank, in minor units."""
        mine = [held for held in self._held.values() if held.order.worker_id == worker_id]
        return sum(held.order.amount_minor for held in mine if not isinstance(held.outcome, PayoutFailed))

    def arrive(self, payout_id: str, failure_code: str | None = None) -> None:
        """Settle the latest payout as the bank does: a paid payout can still fail, and a failed one stays failed."""
        provider_id, held = [(i, h) for i, h in self._held.items() if h.order.payout_id == payout_id][-1]
        if isinstance(held.outcome, PayoutFailed):
            return
        if failure_code is None:
            self._tell(held, PayoutPaid(provider_id=provider_id))
        else:
            self._tell(held, PayoutFailed(provider_id=provider_id, code=failure_code, message="It came back."))

    async def transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred:
        return await self._moving.ask(order.request_key, order.payout_id, deadline, lambda: self._move(order))

    async def find_transfer(self, order: PayoutOrder, deadline: timedelta) -> Transferred | None:
        await self.meet_reading(deadline)
        found = [i for i, made in self._transfers.items() if made.payout_id == order.payout_id]
        return Transferred(provider_id=found[0]) if found else None

    async def pay(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | FundsPending:
        return await self._paying.ask(order.request_key, order.payout_id, deadline, lambda: self._pay(order))

    async def look_up(self, order: PayoutOrder, deadline: timedelta) -> PayoutOutcome | None:
        await self.meet_reading(deadline)
        if order.provider_id is not None and order.provider_id not in self._held:
            raise TryLater(PROVIDER, "account_mismatch", f"{order.provider_id} is another account's")
        if order.provider_id is not None:
            return self._held[order.provider_id].outcome
        mine = [held for held in self._held.values() if held.order.payout_id == order.payout_id]
        good = [held for held in mine if not isinstance(held.outcome, PayoutFailed)]
        of_this = [held for held in mine if held.order.generation == order.generation]
        return next((held.outcome for held in [*good, *of_this]), None)

    def _move(self, order: PayoutOrder) -> Transferred:
        self._refuse()
        transfer_id = f"fake_tr_{next(self._numbers)}"
        self._transfers[transfer_id] = order
        return Transferred(provider_id=transfer_id)

    def _pay(self, order: PayoutOrder) -> PayoutOutcome | FundsPending:
        self._refuse()
        moved = sum(made.amount_minor for made in self._transfers.values() if made.destination == order.destination)
        out = [held for held in self._held.values() if held.order.destination == order.destination]
        left = moved - sum(held.order.amount_minor for held in out if not isinstance(held.outcome, PayoutFailed))
        if self.is_pending or left < order.amount_minor:
            return FundsPending()
        provider_id = f"fake_po_{next(self._numbers)}"
        held = _Held(order, PayoutSent(provider_id=provider_id))
        self._held[provider_id] = held
        self._tell(held, held.outcome)
        return held.outcome

    def _refuse(self) -> None:
        if self.refuses is not None:
            code, self.refuses = self.refuses, None
            raise Refused(PROVIDER, code, "No.")

    def _tell(self, held: _Held, outcome: PayoutOutcome) -> None:
        held.outcome = outcome
        event = PayoutEvent(
            event_id=f"fake_evt_po_{next(self._numbers)}",
            occurred_at=self._clock(),
            payout_id=held.order.payout_id,
            destination=held.order.destination,
            generation=held.order.generation,
            outcome=outcome,
        )
        self.events.append(msgspec.json.encode(event).decode())
