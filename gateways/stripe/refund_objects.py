"""The fields that we read of Stripe's refunds, and their meaning."""

from __future__ import annotations

import msgspec

from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from gateways.stripe.objects import Amount


class Refund(msgspec.Struct, frozen=True):
    id: str
    amount: Amount
    currency: str
    status: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None


class RefundPage(msgspec.Struct, frozen=True):
    data: list[Refund]
    has_more: bool


def refund_id_of(found: Refund) -> str | None:
    """Return our refund id from the metadata; None for a refund that is not ours."""
    return (found.metadata or {}).get("refund_id")


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
