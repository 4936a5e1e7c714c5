"""The statuses of a payout account, and the changes between them."""

from enum import StrEnum


class PayoutAccountStatus(StrEnum):
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


TRANSITIONS: dict[PayoutAccountStatus, frozenset[PayoutAccountStatus]] = {
    PayoutAccountStatus.REQUESTED: frozenset(
        {PayoutAccountStatus.ONBOARDING, PayoutAccountStatus.READY, PayoutAccountStatus.REFUSED}
    ),
    PayoutAccountStatus.ONBOARDING: frozenset({PayoutAccountStatus.READY, PayoutAccountStatus.REFUSED}),
    PayoutAccountStatus.READY: frozenset({PayoutAccountStatus.RESTRICTED, PayoutAccountStatus.REFUSED}),
    PayoutAccountStatus.RESTRICTED: frozenset({PayoutAccountStatus.READY, PayoutAccountStatus.REFUSED}),
    # The provider may change its decision, and the worker may request the account again.
    PayoutAccountStatus.REFUSED: frozenset({PayoutAccountStatus.REQUESTED, PayoutAccountStatus.READY}),
}
