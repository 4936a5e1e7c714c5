"""The life of an account that a worker is paid out to."""

from enum import StrEnum


class PayoutAccountState(StrEnum):
    REQUESTED = "requested"
    """The provider has not been asked, or has not answered yet."""
    ONBOARDING = "onboarding"
    """The worker has to tell the provider who they are and where the money goes, at the link."""
    READY = "ready"
    """Money can be paid out to it."""
    RESTRICTED = "restricted"
    """It was ready, and the provider wants more before it pays out again."""
    REFUSED = "refused"
    """The provider makes no account for this worker, or has closed it."""


TRANSITIONS: dict[PayoutAccountState, frozenset[PayoutAccountState]] = {
    PayoutAccountState.REQUESTED: frozenset(
        {PayoutAccountState.ONBOARDING, PayoutAccountState.READY, PayoutAccountState.REFUSED}
    ),
    PayoutAccountState.ONBOARDING: frozenset({PayoutAccountState.READY, PayoutAccountState.REFUSED}),
    PayoutAccountState.READY: frozenset({PayoutAccountState.RESTRICTED, PayoutAccountState.REFUSED}),
    PayoutAccountState.RESTRICTED: frozenset({PayoutAccountState.READY, PayoutAccountState.REFUSED}),
    # They may think again: a refused one asks anew.
    PayoutAccountState.REFUSED: frozenset({PayoutAccountState.REQUESTED, PayoutAccountState.READY}),
}
