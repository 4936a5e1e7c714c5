"""The statuses of a payment, and the changes between them."""

from enum import StrEnum


class PaymentStatus(StrEnum):
    ACCEPTED = "accepted"
    """The payment waits for its submission; nothing went to the provider."""
    SUBMITTING = "submitting"
    """A Celery worker may have called the provider; the result is unknown until an outcome is recorded."""
    REQUIRES_ACTION = "requires_action"
    """The client must confirm or authenticate, with the client secret."""
    PROCESSING = "processing"
    """The provider has the payment and will send its outcome."""
    CAPTURED = "captured"
    """The money was taken.  The status is final: refunds are objects of their own."""
    DECLINED = "declined"
    CANCELLED = "cancelled"


TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.ACCEPTED: frozenset(
        {
            PaymentStatus.SUBMITTING,
            PaymentStatus.REQUIRES_ACTION,
            PaymentStatus.PROCESSING,
            PaymentStatus.CAPTURED,
            PaymentStatus.DECLINED,
            PaymentStatus.CANCELLED,
        }
    ),
    PaymentStatus.SUBMITTING: frozenset(
        {
            PaymentStatus.REQUIRES_ACTION,
            PaymentStatus.PROCESSING,
            PaymentStatus.CAPTURED,
            PaymentStatus.DECLINED,
            PaymentStatus.CANCELLED,
        }
    ),
    PaymentStatus.REQUIRES_ACTION: frozenset(
        {PaymentStatus.PROCESSING, PaymentStatus.CAPTURED, PaymentStatus.DECLINED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.PROCESSING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.DECLINED, PaymentStatus.CANCELLED}),
    PaymentStatus.CAPTURED: frozenset(),
    # A capture can arrive after we cancelled the payment: captured money is always recorded.
    PaymentStatus.DECLINED: frozenset({PaymentStatus.CAPTURED}),
    PaymentStatus.CANCELLED: frozenset({PaymentStatus.CAPTURED}),
}

OPEN = (PaymentStatus.ACCEPTED, PaymentStatus.SUBMITTING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING)
"""A booking has at most one payment in these statuses."""

UNSETTLED = (PaymentStatus.ACCEPTED, PaymentStatus.SUBMITTING, PaymentStatus.PROCESSING)
"""The statuses in which a client waits for the provider; in ``requires_action`` the provider waits for the client."""
