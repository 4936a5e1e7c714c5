"""The life of an e-mail: one event, told to one person."""

from enum import StrEnum


class EmailState(StrEnum):
    QUEUED = "queued"
    """Nothing was sent; also when a wait for news of an unknown outcome brought none."""
    SUBMITTING = "submitting"
    """The provider was asked, or is about to be; it may have it."""
    ACCEPTED = "accepted"
    """The provider has it."""
    DELIVERED = "delivered"
    """The reader's server took it.  It may yet bounce."""
    BOUNCED = "bounced"
    """The reader's server did not take it."""
    DROPPED = "dropped"
    """The provider did not even try."""
    REFUSED = "refused"
    """The provider did not accept it, and would not the next time."""
    SUPPRESSED = "suppressed"
    """Not sent: the address bounced before, or its owner wants no more."""
    OBSOLETE = "obsolete"
    """Not sent: there was nothing to tell any more, or nobody."""


_ENDS = frozenset({EmailState.DELIVERED, EmailState.BOUNCED, EmailState.DROPPED})

TRANSITIONS: dict[EmailState, frozenset[EmailState]] = {
    EmailState.QUEUED: _ENDS | {EmailState.SUBMITTING, EmailState.SUPPRESSED, EmailState.OBSOLETE},
    EmailState.SUBMITTING: _ENDS | {EmailState.QUEUED, EmailState.ACCEPTED, EmailState.REFUSED},
    EmailState.ACCEPTED: _ENDS,
    EmailState.DELIVERED: frozenset({EmailState.BOUNCED}),
    EmailState.BOUNCED: frozenset(),
    EmailState.DROPPED: frozenset(),
    EmailState.REFUSED: frozenset(),
    EmailState.SUPPRESSED: frozenset(),
    EmailState.OBSOLETE: frozenset(),
}
"""A delivery may be reported for an e-mail of which we did not know that it had left."""
