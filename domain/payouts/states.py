"""The life of a payout: what a worker gets for one booking."""

from enum import StrEnum


class PayoutState(StrEnum):
    ON_HOLD = "on_hold"
    """The worker has no account to be paid out to, or is suspended; the money stays payable to them."""
    SCHEDULED = "scheduled"
    """The money is set apart; nothing went to the provider."""
    SUBMITTING = "submitting"
    """It is being moved to the worker's balance at the provider, or waits there for funds to become available."""
    IN_TRANSIT = "in_transit"
    """On its way to the worker's bank."""
    PAID = "paid"
    """The provider says that it arrived."""
    FAILED = "failed"
    """The bank or the provider would not take it: the money is payable again, and it can be tried again."""
    RETURNED = "returned"
    """It had arrived, and the bank sent it back later: payable again."""


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
"""Its money is set apart."""
