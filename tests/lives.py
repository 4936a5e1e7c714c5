"""The lives that a card payment can have at Stripe, with the events that tell of them.

:class:`Stripe` is the provider of one payment whose story is fixed: it answers as Stripe would once the
story is over, and lists its events.  In which order we hear of them is for the test to say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.payments.ports import Cancelled, Captured, CardOrder, Declined, Outcome, RequiresAction
from domain.platform.inbox.ports import EventPage, ProviderEvent
from domain.provider_errors import OutcomeUnknown

FEE = 291


class Life(StrEnum):
    CARD = "our request confirmed it, and it was captured"
    CLIENT = "the client confirmed it: a declined card, then one that was authenticated and captured"
    DECLINED = "our request confirmed it, and the card was declined"
    CANCELLED = "the client's card was declined, and the payment was cancelled at Stripe"


STORIES: dict[Life, tuple[str, ...]] = {
    Life.CARD: ("payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"),
    Life.CLIENT: (
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.processing",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ),
    Life.DECLINED: ("payment_intent.created", "charge.failed", "payment_intent.payment_failed"),
    Life.CANCELLED: (
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.canceled",
    ),
}
INTENT_STATUS = {
    "payment_intent.created": "requires_payment_method",
    "payment_intent.payment_failed": "requires_payment_method",
    "payment_intent.requires_action": "requires_action",
    "payment_intent.processing": "processing",
    "payment_intent.succeeded": "succeeded",
    "payment_intent.canceled": "canceled",
}
PROBLEM = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds", "message": "No funds."}


@dataclass
class Stripe:
    """``CardPayments`` for one payment.  The first answer to ``submit`` is lost on the way."""

    life: Life
    payment_id: str
    amount_minor: int
    at: datetime
    listed: list[ProviderEvent] = field(default_factory=list)
    submitted: int = 0

    def __post_init__(self) -> None:
        self.listed = [self._event(n, kind) for n, kind in enumerate(STORIES[self.life])]

    @property
    def intent_id(self) -> str:
        return f"pi_{self.payment_id}"

    async def submit(self, order: CardOrder, deadline: timedelta) -> Outcome:
        self.submitted += 1
        if self.submitted == 1:
            raise OutcomeUnknown("stripe", "no_answer", "cut off")
        if self.life in (Life.CLIENT, Life.CANCELLED):  # what is replayed is the answer to the creation
            return RequiresAction(provider_id=self.intent_id, client_secret="secret")
        return self._outcome()

    async def look_up(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        return self._outcome()

    async def cancel(self, order: CardOrder, deadline: timedelta) -> Outcome | None:
        self.listed.append(self._event(len(self.listed), "payment_intent.canceled"))
        return Cancelled(provider_id=self.intent_id)

    async def events(self, since: datetime, until: datetime, cursor: str | None, deadline: timedelta) -> EventPage:
        return EventPage(events=self.listed[::-1], next_cursor=None)

    async def close(self) -> None: ...

    def _outcome(self) -> Outcome:
        if self.life in (Life.CARD, Life.CLIENT):
            return Captured(
                provider_id=self.intent_id,
                charge_id="ch_1",
                amount_minor=self.amount_minor,
                currency="usd",
                fee_minor=FEE,
            )
        if self.life is Life.DECLINED:
            return Declined(provider_id=self.intent_id, code="insufficient_funds", message="No funds.")
        return Cancelled(provider_id=self.intent_id)

    def _event(self, n: int, kind: str) -> ProviderEvent:
        about = self._charge(kind) if kind.startswith("charge.") else self._intent(kind)
        event_id = f"evt_{self.payment_id}_{n}"
        created = int(self.at.timestamp()) + n
        payload = json.dumps({"id": event_id, "type": kind, "created": created, "data": {"object": about}})
        return ProviderEvent(event_id=event_id, type=kind, created=self.at + timedelta(seconds=n), payload=payload)

    def _intent(self, kind: str) -> dict[str, Any]:
        status = INTENT_STATUS[kind]
        paid = status == "succeeded"
        return {
            "id": self.intent_id,
            "status": status,
            "amount": self.amount_minor,
            "amount_received": self.amount_minor if paid else 0,
            "currency": "usd",
            "created": int(self.at.timestamp()),
            "client_secret": "secret",
            "latest_charge": "ch_1" if paid else None,
            "last_payment_error": PROBLEM if kind.endswith("payment_failed") else None,
            "metadata": {"payment_id": self.payment_id},
        }

    def _charge(self, kind: str) -> dict[str, Any]:
        failed = kind == "charge.failed"
        return {
            "id": "ch_0" if failed else "ch_1",
            "amount_captured": 0 if failed else self.amount_minor,
            "captured": not failed,
            "currency": "usd",
            "status": "failed" if failed else "succeeded",
            "payment_intent": self.intent_id,
            "balance_transaction": None if kind == "charge.succeeded" else "txn_1",
            "metadata": {"payment_id": self.payment_id},
        }
