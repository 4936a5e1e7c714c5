"""The fields that we read of Stripe's refunds, and their meaning."""

from __future__ import annotations

import msgspec

from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from gateways.stripe.objects import Amount, Found


class Refund(Found, frozen=True, kw_only=True):
    amount: Amount
    currency: str
    status: str | None = None
    failure_reason: str | None = None


def refund_outcome_of(found: Refund) -> RefundOutcome:
    """Return the outcome that the status means; ``msgspec.ValidationError`` for an unknown status."""
    match found.status:
        case "succeeded":
            return Refunded(provider_id=found.id)
        case "pending" | "requires_action":
            return RefundProcessing(provider_id=found.id)
        case "failed" | "canceled":
            code = found.failure_reason or found.status
            return RefundFailed(provider_id=found.id, code=code, message="The refund did not arrive.")
    raise msgspec.ValidationError(f"{found.id} has the unknown status {found.status!r}")
