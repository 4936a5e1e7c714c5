"""The states of a payout, a worker's money for one booking, and the changes between them."""

from enum import StrEnum


class PayoutState(StrEnum):
    ON_HOLD = "on_hold"
    """The worker has no payout account, or is suspended; the money stays payable to them."""
    SCHEDULED = "scheduled"
    """The money is reserved; nothing went to the provider."""
    SUBMITTING = "submitting"
    """The money moves to the worker's balance at the provider, or waits there for funds to become available."""
    IN_TRANSIT = "in_transit"
    """The money is on its way to the worker's bank."""
    PAID = "paid"
    """The provider reports that the money arrived."""
    FAILED = "failed"
    """The bank or the provider refused the payout: the money is payable again, and the payout can be retried."""
    RETURNED = "returned"
    """The money had arrived, and the bank returned it later: it is payable again."""


TRANSITIONS: dict[PayoutState, frozenset[PayoutState]] = {
    PayoutState.ON_HOLD: frozenset({PayoutState.SCHEDULED}),
    PayoutState.SCHEDULED: frozenset({PayoutState.SUBMITTING}),
    PayoutState.SUBMITTING: frozenset({PayoutState.IN_TRANSIT, PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.IN_TRANSIT: frozenset({PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.PAID: frozenset({PayoutState.RETURNED}),
    PayoutState.FAILED: frozenset({PayoutState.SCHEDULED, PayoutState.ON_HOLD}),
    PayoutState.RETURNED: frozenset({PayoutState.SCHEDULED, PayoutState.ON_HOLD}),
}

OPEN = (PayoutState.SCHEDULED, PayoutState.SUBMITTING, PayoutState.IN_TRANSIT)
"""The states in which the payout's money is reserved."""
