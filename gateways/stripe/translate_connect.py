"""Translate Stripe's events about connected accounts into the domain's; Stripe sends them to a second endpoint."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.ports import PayoutEvent
from gateways.stripe.connect_objects import Payout, payout_outcome_of
from gateways.stripe.envelope import Envelope, about, tag_of

_decoder = msgspec.json.Decoder(Payout)


def _account(event: Envelope, payout_account_id: str) -> PayoutAccountEvent:
    return PayoutAccountEvent(event_id=event.id, occurred_at=event.occurred_at, payout_account_id=payout_account_id)


def _payout(event: Envelope, payout_id: str) -> PayoutEvent | str:
    generation = tag_of(event, "generation")
    if not generation or not generation.isdecimal():
        return "it carries no generation in its metadata"
    return PayoutEvent(
        event_id=event.id,
        occurred_at=event.occurred_at,
        payout_id=payout_id,
        destination=event.account,
        generation=int(generation),
        outcome=payout_outcome_of(_decoder.decode(event.data.object)),
    )


_of_payout = about("payout_id", _payout)
CONNECT_TRANSLATORS: dict[str, Callable[[Envelope], PayoutAccountEvent | PayoutEvent | str]] = {
    "account.updated": about("payout_account_id", _account),
    "payout.created": _of_payout,
    "payout.updated": _of_payout,
    "payout.paid": _of_payout,
    "payout.failed": _of_payout,
    "payout.canceled": _of_payout,
}
