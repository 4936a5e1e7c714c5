"""The provider: its cards, refunds, accounts and payouts, what it tells of them, and what its hands may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from domain.payments.ports import CardOrder
from domain.platform.inbox.ports import ProviderEvent
from gateways.testing import FakeCards, FakeMails, FakePayoutAccounts, FakePayouts, FakeRefunds
from tests.clock import Clock
from tests.integration.market.seen import Seen

WHIMS = ("is_empty", "refuses", "slow", "is_pending", "payouts refuse", "trusts", "takes otherwise")
"""Refunds wait for money, are refused, or take their time; payouts wait for funds, or the next one is refused; no
card's owner is asked; charges are of another amount or currency than ordered."""


class Provider:
    """The truth about the money."""

    def __init__(self, clock: Clock) -> None:
        self.cards = FakeCards(clock)
        self.refunds = FakeRefunds(clock)
        self.accounts = FakePayoutAccounts(clock)
        self.payouts = FakePayouts(clock)
        self.mails = FakeMails()
        self._clock = clock
        self._listed_refunds = 0

    @property
    def events(self) -> list[tuple[str, str]]:
        """Id and payload of all that it has to tell, as it happened at each of its parts."""
        listed = [(event.event_id, event.payload) for event in self.cards.listed]
        return listed + [(_id_of(p), p) for p in (*self.accounts.events, *self.payouts.events)]

    def list_refunds(self) -> None:
        """Its list of events has those of refunds, too; those of workers' accounts it has not."""
        for payload in self.refunds.events[self._listed_refunds :]:
            event = ProviderEvent(event_id=_id_of(payload), type="refund", created=self._clock(), payload=payload)
            self.cards.listed.append(event)
        self._listed_refunds = len(self.refunds.events)

    def moves(self, seen: Seen) -> list[Callable[[bool], None]]:
        """What its other side may say next, well or not, of each thing that is there."""
        return [
            *(partial(self._of_payment, p.id) for p in seen.payment if p.status == "processing"),
            *(partial(self._of_client, p.client_secret) for p in seen.payment if p.client_secret),
            *(partial(self._of_refund, r) for r in seen.refund if r.status in ("processing", "succeeded")),
            *(partial(self._of_payout, p) for p in seen.payout if p.status in ("in_transit", "paid")),
            *(partial(self._of_account, a.provider_id) for a in seen.payout_account if a.provider_id),
        ]

    def _of_payment(self, payment_id: str, well: bool) -> None:
        self.cards.settle(payment_id, succeed=well)

    def _of_client(self, secret: str, well: bool) -> None:
        self.cards.confirm(secret, "pm_card_visa" if well else "pm_card_chargeDeclined")

    def _of_refund(self, refund: Any, well: bool) -> None:
        """It may come back after it had gone."""
        if refund.status == "processing" or not well:
            self.refunds.settle(refund.id, succeed=well)

    def _of_payout(self, payout: Any, well: bool) -> None:
        """The bank may send back what it had."""
        if payout.status == "in_transit":
            self.payouts.arrive(payout.id, None if well else "account_closed")
        elif not well:
            self.payouts.arrive(payout.id, "returned")

    def _of_account(self, provider_id: str, well: bool) -> None:
        (self.accounts.onboard if well else self.accounts.restrict)(provider_id)

    def toggle(self, whim: str) -> None:
        if whim == "payouts refuse":
            self.payouts.refuses = None if self.payouts.refuses else "account_invalid"
        elif whim == "takes otherwise":
            self.cards.takes = _as_ordered if self.cards.takes is _otherwise else _otherwise
        else:
            part: Any = {"is_pending": self.payouts, "trusts": self.cards}.get(whim, self.refunds)
            setattr(part, whim, not getattr(part, whim))

    def be_well(self) -> None:
        """From now on everything succeeds at once."""
        self.cards.takes = _as_ordered
        self.payouts.is_pending, self.payouts.refuses = False, None
        self.refunds.is_empty = self.refunds.refuses = self.refunds.slow = False


def _as_ordered(order: CardOrder) -> tuple[int, str]:
    return order.amount_minor, order.currency


def _otherwise(order: CardOrder) -> tuple[int, str]:
    """Less, more, or as much of another currency: always the same of one order."""
    return ((order.amount_minor - 1, "usd"), (order.amount_minor + 1, "usd"), (order.amount_minor, "eur"))[
        sum(order.payment_id.encode()) % 3
    ]


def _id_of(payload: str) -> str:
    found: dict[str, Any] = msgspec.json.decode(payload)
    return str(found["event_id"])
