"""The states of a refund, and the changes between them."""

from enum import StrEnum


class RefundState(StrEnum):
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


TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset(
        {RefundState.SUBMITTING, RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED}
    ),
    RefundState.SUBMITTING: frozenset({RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.PROCESSING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    # The client's bank may return the money weeks later.
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    # Only an operator makes this change, never a provider's outcome.
    RefundState.FAILED: frozenset({RefundState.CLOSED}),
    RefundState.CLOSED: frozenset(),
}

OPEN = (RefundState.REQUESTED, RefundState.SUBMITTING, RefundState.PROCESSING)
"""The provider owes us an outcome, or we still have to send the request."""
