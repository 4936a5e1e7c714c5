"""Views of money that leaves: refunds, payouts, and the accounts that they go to."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.payments.refunds.read import Refund
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.read import Payout


class RefundView(msgspec.Struct, frozen=True):
    """A refund as its client sees it."""

    id: str
    booking_id: str
    payment_id: str
    amount_minor: int
    currency: str
    reason: str
    status: str
    error_code: str | None
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, refund: Refund) -> RefundView:
        return cls(
            refund.id,
            refund.booking_id,
            refund.payment_id,
            refund.amount_minor,
            refund.currency,
            refund.reason,
            refund.status,
            refund.error_code,
            refund.created_at,
            refund.settled_at,
        )


class PayoutView(msgspec.Struct, frozen=True):
    """A payout as its worker sees it.  ``error_code`` and ``error_message``: why the last try failed."""

    id: str
    booking_id: str
    provider: str
    amount_minor: int
    currency: str
    status: str
    error_code: str | None
    error_message: str | None
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, payout: Payout) -> PayoutView:
        return cls(
            payout.id,
            payout.booking_id,
            payout.provider,
            payout.amount_minor,
            payout.currency,
            payout.status,
            payout.error_code,
            payout.error_message,
            payout.created_at,
            payout.settled_at,
        )


class PayoutAccountView(msgspec.Struct, frozen=True):
    """A payout account as its worker sees it.  ``onboarding_url``: a page of the provider's, for its worker only,
    good until ``onboarding_url_expires_at``; null when there is none that is still good.  ``requirements``: what the
    provider still asks for."""

    id: str
    provider: str
    country: str
    status: str
    requirements: list[str]
    disabled_reason: str | None
    error_message: str | None
    onboarding_url: str | None
    onboarding_url_expires_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, account: PayoutAccount, now: datetime) -> PayoutAccountView:
        has_link = account.has_link(now)
        return cls(
            account.id,
            account.provider,
            account.country,
            account.status,
            account.requirements.split(",") if account.requirements else [],
            account.disabled_reason,
            account.error_message,
            account.link_url if has_link else None,
            account.link_expires_at if has_link else None,
            account.created_at,
        )
