"""The states of a payment, and the changes between them."""

from enum import StrEnum


class PaymentState(StrEnum):
    ACCEPTED = "accepted"
    """The payment waits for its submission; nothing went to the provider."""
    SUBMITTING = "submitting"
    """A Celery worker may have called the provider; the result is unknown until an outcome is recorded."""
    REQUIRES_ACTION = "requires_action"
    """The client must confirm or authenticate, with the client secret."""
    PROCESSING = "processing"
    """The provider has the payment and will send its outcome."""
    CAPTURED = "captured"
    """The money was taken.  The state is final: refunds are objects of their own."""
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
    # A capture can arrive after we cancelled the payment: captured money is always recorded.
    PaymentState.DECLINED: frozenset({PaymentState.CAPTURED}),
    PaymentState.CANCELLED: frozenset({PaymentState.CAPTURED}),
}

OPEN = (PaymentState.ACCEPTED, PaymentState.SUBMITTING, PaymentState.REQUIRES_ACTION, PaymentState.PROCESSING)
"""A booking has at most one payment in these states."""

UNSETTLED = (PaymentState.ACCEPTED, PaymentState.SUBMITTING, PaymentState.PROCESSING)
"""The states in which a client waits for the provider; in ``requires_action`` the provider waits for the client."""
