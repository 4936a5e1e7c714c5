"""The life of a refund."""

from enum import StrEnum


class RefundState(StrEnum):
    REQUESTED = "requested"
    """The money is set apart; nothing went to the provider."""
    SUBMITTING = "submitting"
    """A Celery worker may have asked the provider; until an outcome is recorded it is not known."""
    PROCESSING = "processing"
    """The provider has it and will tell."""
    SUCCEEDED = "succeeded"
    """The provider sent it on its way to the client."""
    FAILED = "failed"
    """The client did not get it, and the money is back where it came from."""
    CLOSED = "closed"
    """It failed, and an operator said how the client got the money otherwise."""


TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset(
        {RefundState.SUBMITTING, RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED}
    ),
    RefundState.SUBMITTING: frozenset({RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.PROCESSING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    # The client's bank may send it back weeks later.
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    # By an operator, never by the provider's word.
    RefundState.FAILED: frozenset({RefundState.CLOSED}),
    RefundState.CLOSED: frozenset(),
}

OPEN = (RefundState.REQUESTED, RefundState.SUBMITTING, RefundState.PROCESSING)
"""The provider owes the next word, or we owe it the question."""
