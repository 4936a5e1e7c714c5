"""A provider of refunds in memory.

::

    refunds = FakeRefunds(clock)
    refunds.fail_next(Fault.LOST_AFTER)         # refunded, but the answer is lost
    with pytest.raises(OutcomeUnknown): ...     # submit
    assert refunds.sent("rfd_1") == 1           # the same key again changes nothing
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from domain.payments.refunds.ports import (
    Refunded,
    RefundEvent,
    RefundFailed,
    RefundOrder,
    RefundOutcome,
    RefundPostponed,
    RefundProcessing,
)
from domain.provider_errors import Refused
from gateways.testing.faults import PROVIDER, Faults
from gateways.testing.keyed import Held, Keyed
from gateways.testing.numbers import numbers

_Held = Held[RefundOrder, RefundOutcome]


class FakeRefunds(Faults):
    """``clock`` dates the events.  ``slow``: refunds stay processing until ``settle``."""

    def __init__(self, clock: Callable[[], datetime], *, slow: bool = False) -> None:
        super().__init__()
        self._clock = clock
        self.slow = slow
        self._numbers = numbers()
        self._held: dict[str, _Held] = {}
        self._sending: Keyed[RefundOutcome | RefundPostponed] = Keyed(self)
        self.refuses = False
        self.is_empty = False
        self.events: list[str] = []
        self._left: dict[str, int] = {}

    def captured(self, amount_minor: int) -> str:
        """Return a new payment of which at most ``amount_minor`` can be refunded; other payments have no limit."""
        payment = f"fake_pi_{next(self._numbers)}"
        self._left[payment] = amount_minor
        return payment

    def left(self, payment: str) -> int:
        """Return how much of a payment from ``captured`` can still be refunded, in minor units."""
        return self._left[payment]

    def sent(self, refund_id: str) -> int:
        """Return how often the provider made the refund, whatever its outcome."""
        return sum(held.order.refund_id == refund_id for held in self._held.values())

    def gone_minor(self, payment_id: str) -> int:
        """Return how much of the payment is refunded or processing, in minor units."""
        mine = [held for held in self._held.values() if held.order.payment_id == payment_id]
        return sum(held.order.amount_minor for held in mine if not isinstance(held.outcome, RefundFailed))

    def settle(self, refund_id: str, *, succeed: bool) -> None:
        """Settle a refund as the client's bank does later; a failed refund stays failed."""
        for provider_id, held in self._held.items():
            if held.order.refund_id == refund_id and not isinstance(held.outcome, RefundFailed):
                failed = RefundFailed(provider_id=provider_id, code="lost_or_stolen_card", message="It came back.")
                self._tell(held, Refunded(provider_id=provider_id) if succeed else failed)

    async def submit(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | RefundPostponed:
        terms = order.payment_id, order.amount_minor
        return await self._sending.ask(order.request_key, terms, deadline, lambda: self._send(order))

    async def look_up(self, order: RefundOrder, deadline: timedelta) -> RefundOutcome | None:
        await self.meet_reading(deadline)
        if order.provider_id is not None:
            return self._held[order.provider_id].outcome
        return next((h.outcome for h in self._held.values() if h.order.refund_id == order.refund_id), None)

    def _send(self, order: RefundOrder) -> RefundOutcome | RefundPostponed:
        if self.is_empty:
            return RefundPostponed()
        if self.refuses or order.amount_minor > self._left.get(order.payment_provider_id, order.amount_minor):
            raise Refused(PROVIDER, "charge_already_refunded", "It was refunded.")
        return self._create(order)

    def _create(self, order: RefundOrder) -> RefundOutcome:
        provider_id = f"fake_re_{next(self._numbers)}"
        if order.payment_provider_id in self._left:
            self._left[order.payment_provider_id] -= order.amount_minor
        held = _Held(order, RefundProcessing(provider_id=provider_id))
        self._held[provider_id] = held
        self._tell(held, held.outcome if self.slow else Refunded(provider_id=provider_id))
        return held.outcome

    def _tell(self, held: _Held, outcome: RefundOutcome) -> None:
        held.outcome = outcome
        event = RefundEvent(
            event_id=f"fake_evt_re_{next(self._numbers)}",
            occurred_at=self._clock(),
            refund_id=held.order.refund_id,
            outcome=outcome,
        )
        self.events.append(msgspec.json.encode(event).decode())
