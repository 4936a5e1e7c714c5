"""The states of a payout account, and the changes between them."""

from enum import StrEnum


class PayoutAccountState(StrEnum):
    REQUESTED = "requested"
    """The request was not sent to the provider, or has no answer yet."""
    ONBOARDING = "onboarding"
    """The worker has to identify themselves and give their bank details to the provider, at the link."""
    READY = "ready"
    """The provider can pay money out to the account."""
    RESTRICTED = "restricted"
    """The account was ready, and the provider requires more before it pays out again."""
    REFUSED = "refused"
    """The provider opens no account for this worker, or has closed it."""


TRANSITIONS: dict[PayoutAccountState, frozenset[PayoutAccountState]] = {
    PayoutAccountState.REQUESTED: frozenset(
        {PayoutAccountState.ONBOARDING, PayoutAccountState.READY, PayoutAccountState.REFUSED}
    ),
    PayoutAccountState.ONBOARDING: frozenset({PayoutAccountState.READY, PayoutAccountState.REFUSED}),
    PayoutAccountState.READY: frozenset({PayoutAccountState.RESTRICTED, PayoutAccountState.REFUSED}),
    PayoutAccountState.RESTRICTED: frozenset({PayoutAccountState.READY, PayoutAccountState.REFUSED}),
    # The provider may change its decision, and the worker may request the account again.
    PayoutAccountState.REFUSED: frozenset({PayoutAccountState.REQUESTED, PayoutAccountState.READY}),
}
