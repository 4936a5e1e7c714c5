"""The statuses of a payout, a worker's money for one booking, and the changes between them."""

from enum import StrEnum


class PayoutStatus(StrEnum):
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


TRANSITIONS: dict[PayoutStatus, frozenset[PayoutStatus]] = {
    PayoutStatus.ON_HOLD: frozenset({PayoutStatus.SCHEDULED}),
    PayoutStatus.SCHEDULED: frozenset({PayoutStatus.SUBMITTING}),
    PayoutStatus.SUBMITTING: frozenset({PayoutStatus.IN_TRANSIT, PayoutStatus.PAID, PayoutStatus.FAILED}),
    PayoutStatus.IN_TRANSIT: frozenset({PayoutStatus.PAID, PayoutStatus.FAILED}),
    PayoutStatus.PAID: frozenset({PayoutStatus.RETURNED}),
    PayoutStatus.FAILED: frozenset({PayoutStatus.SCHEDULED, PayoutStatus.ON_HOLD}),
    PayoutStatus.RETURNED: frozenset({PayoutStatus.SCHEDULED, PayoutStatus.ON_HOLD}),
}

OPEN = (PayoutStatus.SCHEDULED, PayoutStatus.SUBMITTING, PayoutStatus.IN_TRANSIT)
"""The statuses in which the payout's money is reserved."""
