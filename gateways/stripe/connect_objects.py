"""The fields that we read of Stripe's connected accounts, transfers and payouts, and their meaning."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from domain.payouts.accounts.ports import AccountAtProvider, OnboardingLink
from domain.payouts.ports import PayoutFailed, PayoutOutcome, PayoutPaid, PayoutSent
from gateways.stripe.objects import Amount, Found

MOST_REQUIREMENTS = 20


class Requirements(msgspec.Struct, frozen=True):
    currently_due: list[str] | None = None
    disabled_reason: str | None = None


class Account(Found, frozen=True, kw_only=True):
    created: int | None = None
    payouts_enabled: bool = False
    details_submitted: bool = False
    capabilities: dict[str, str] | None = None
    requirements: Requirements | None = None


class AccountLink(msgspec.Struct, frozen=True):
    """``expires_at``: seconds since 1970."""

    url: str
    expires_at: int


class Transfer(Found, frozen=True, kw_only=True):
    amount: Amount
    currency: str


class Payout(Found, frozen=True, kw_only=True):
    status: str
    failure_code: str | None = None
    failure_message: str | None = None


def status_of(account: Account) -> AccountAtProvider:
    wants = account.requirements or Requirements()
    reason = wants.disabled_reason
    can_receive = (account.capabilities or {}).get("transfers") == "active"
    return AccountAtProvider(
        provider_id=account.id,
        is_ready=account.payouts_enabled and can_receive,
        is_submitted=account.details_submitted,
        requirements=tuple((wants.currently_due or [])[:MOST_REQUIREMENTS]),
        disabled_reason=reason,
        is_refused=(reason or "").startswith("rejected."),
    )


def link_of(link: AccountLink) -> OnboardingLink:
    return OnboardingLink(url=link.url, expires_at=datetime.fromtimestamp(link.expires_at, UTC))


def payout_outcome_of(payout: Payout) -> PayoutOutcome:
    """Return the outcome that the status means; ``msgspec.ValidationError`` for an unknown status."""
    match payout.status:
        case "pending" | "in_transit":
            return PayoutSent(provider_id=payout.id)
        case "paid":
            return PayoutPaid(provider_id=payout.id)
        case "failed" | "canceled":
            code = payout.failure_code or payout.status
            message = payout.failure_message or "The bank did not take the payout."
            return PayoutFailed(provider_id=payout.id, code=code, message=message)
    raise msgspec.ValidationError(f"{payout.id} has the unknown status {payout.status!r}")
