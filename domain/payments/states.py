"""The life of a payment."""

from enum import StrEnum


class PaymentState(StrEnum):
    ACCEPTED = "accepted"
    """We owe an attempt; nothing went to the provider."""
    SUBMITTING = "submitting"
    """A Celery worker may have asked the provider; until an outcome is recorded it is not known."""
    REQUIRES_ACTION = "requires_action"
    """The client must confirm or authenticate, with the client secret."""
    PROCESSING = "processing"
    """The provider has it and will tell."""
    CAPTURED = "captured"
    """The money was taken.  A fact: nothing leads out of it; refunds are objects of their own."""
    DECLINED = "declined"
    CANCELLED = "cancelled"


TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.ACCEPTED: frozenset(
        {
            PaymentState.SUBMITTING,
            PaymentState.REQUIRES_ACTION,
            PaymentState.PROCESSING,
            PaymentState.CAPTURED,
            PaymentState.DECLINED,
            PaymentState.CANCELLED,
        }
    ),
    PaymentState.SUBMITTING: frozenset(
        {
            PaymentState.REQUIRES_ACTION,
            PaymentState.PROCESSING,
            PaymentState.CAPTURED,
            PaymentState.DECLINED,
            PaymentState.CANCELLED,
        }
    ),
    PaymentState.REQUIRES_ACTION: frozenset(
        {PaymentState.PROCESSING, PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.CANCELLED}
    ),
    PaymentState.PROCESSING: frozenset({PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.CANCELLED}),
    PaymentState.CAPTURED: frozenset(),
    # A capture can arrive late, after we gave the payment up: money that was taken is never denied.
    PaymentState.DECLINED: frozenset({PaymentState.CAPTURED}),
    PaymentState.CANCELLED: frozenset({PaymentState.CAPTURED}),
}

OPEN = (PaymentState.ACCEPTED, PaymentState.SUBMITTING, PaymentState.REQUIRES_ACTION, PaymentState.PROCESSING)
"""A booking has at most one payment in these."""

UNSETTLED = (PaymentState.ACCEPTED, PaymentState.SUBMITTING, PaymentState.PROCESSING)
"""States in which a client waits; ``requires_action`` waits for the client."""
