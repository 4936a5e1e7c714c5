"""Translate Stripe's events about connected accounts into the domain's; Stripe sends them to a second endpoint."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.ports import PayoutEvent
from gateways.stripe.connect_objects import Payout, payout_outcome_of
from gateways.stripe.envelope import Envelope, tag_of

_payout = msgspec.json.Decoder(Payout)


def _about_account(event: Envelope) -> PayoutAccountEvent | str:
    payout_account_id = tag_of(event, "payout_account_id")
    if not payout_account_id:
        return "it carries no payout_account_id in its metadata"
    return PayoutAccountEvent(event_id=event.id, occurred_at=event.occurred_at, payout_account_id=payout_account_id)


def _about_payout(event: Envelope) -> PayoutEvent | str:
    payout_id, generation = tag_of(event, "payout_id"), tag_of(event, "generation")
    if not payout_id or not generation or not generation.isdecimal():
        return "it carries no payout_id and generation in its metadata"
    return PayoutEvent(
        event_id=event.id,
        occurred_at=event.occurred_at,
        payout_id=payout_id,
        destination=event.account,
        generation=int(generation),
        outcome=payout_outcome_of(_payout.decode(event.data.object)),
    )


CONNECT_TRANSLATORS: dict[str, Callable[[Envelope], PayoutAccountEvent | PayoutEvent | str]] = {
    "account.updated": _about_account,
    "payout.created": _about_payout,
    "payout.updated": _about_payout,
    "payout.paid": _about_payout,
    "payout.failed": _about_payout,
    "payout.canceled": _about_payout,
}
