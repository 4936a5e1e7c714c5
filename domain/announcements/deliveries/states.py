"""The life of a delivery: one event, told to one person by one channel."""

from enum import StrEnum


class DeliveryState(StrEnum):
    QUEUED = "queued"
    """Nothing was sent; also when a wait for news of an unknown outcome brought none."""
    SUBMITTING = "submitting"
    """The carrier was asked, or is about to be; it may have it."""
    ACCEPTED = "accepted"
    """The carrier has it."""
    DELIVERED = "delivered"
    """The reader's side took it.  It may yet bounce."""
    BOUNCED = "bounced"
    """The reader's side did not take it."""
    DROPPED = "dropped"
    """The carrier did not even try."""
    REFUSED = "refused"
    """The carrier did not accept it, and would not the next time."""
    SUPPRESSED = "suppressed"
    """Not sent: the address bounced before, or its owner wants no more."""
    OBSOLETE = "obsolete"
    """Not sent: there was nothing to tell any more, nobody, or no address."""


_ENDS = frozenset({DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.DROPPED})

TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: _ENDS | {DeliveryState.SUBMITTING, DeliveryState.SUPPRESSED, DeliveryState.OBSOLETE},
    DeliveryState.SUBMITTING: _ENDS | {DeliveryState.QUEUED, DeliveryState.ACCEPTED, DeliveryState.REFUSED},
    DeliveryState.ACCEPTED: _ENDS,
    DeliveryState.DELIVERED: frozenset({DeliveryState.BOUNCED}),
    DeliveryState.BOUNCED: frozenset(),
    DeliveryState.DROPPED: frozenset(),
    DeliveryState.REFUSED: frozenset(),
    DeliveryState.SUPPRESSED: frozenset(),
    DeliveryState.OBSOLETE: frozenset(),
}
"""A carrier may report the arrival of what we did not know to have left."""
