"""The statuses of a refund, and the changes between them."""

from enum import StrEnum


class RefundStatus(StrEnum):
    REQUESTED = "requested"
    """The money is reserved; nothing went to the provider."""
    SUBMITTING = "submitting"
    """A Celery worker may have called the provider; the result is unknown until an outcome is recorded."""
    PROCESSING = "processing"
    """The provider has the refund and will send its outcome."""
    SUCCEEDED = "succeeded"
    """The provider sent the money to the client."""
    FAILED = "failed"
    """The client did not get the money, and it is back in the account that it came from."""
    CLOSED = "closed"
    """The refund failed, and an operator recorded how the client got the money another way."""


TRANSITIONS: dict[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.REQUESTED: frozenset(
        {RefundStatus.SUBMITTING, RefundStatus.PROCESSING, RefundStatus.SUCCEEDED, RefundStatus.FAILED}
    ),
    RefundStatus.SUBMITTING: frozenset({RefundStatus.PROCESSING, RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    RefundStatus.PROCESSING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    # The client's bank may return the money weeks later.
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED}),
    # Only an operator makes this change, never a provider's outcome.
    RefundStatus.FAILED: frozenset({RefundStatus.CLOSED}),
    RefundStatus.CLOSED: frozenset(),
}

OPEN = (RefundStatus.REQUESTED, RefundStatus.SUBMITTING, RefundStatus.PROCESSING)
"""The provider owes us an outcome, or we still have to send the request."""
