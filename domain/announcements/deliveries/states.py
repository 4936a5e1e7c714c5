"""The states of a delivery of one event to one person by one channel, and the changes between them."""

from enum import StrEnum


class DeliveryState(StrEnum):
    QUEUED = "queued"
    """Nothing was sent, or a wait for events about an unknown outcome ended without one."""
    SUBMITTING = "submitting"
    """A Celery worker has called the carrier, or is about to: the carrier may have the message."""
    ACCEPTED = "accepted"
    """The carrier accepted the message."""
    DELIVERED = "delivered"
    """The recipient's server accepted the message, which may still bounce."""
    BOUNCED = "bounced"
    """The recipient's server did not accept the message."""
    DROPPED = "dropped"
    """The carrier did not even try."""
    REFUSED = "refused"
    """The carrier refused the message, and would refuse it again."""
    SUPPRESSED = "suppressed"
    """Nothing is sent: the address bounced before, or its owner wants no more messages."""
    OBSOLETE = "obsolete"
    """Nothing is sent: the event is out of date, or its reader or their address is gone."""


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
"""A carrier may report the arrival of a message that we did not know to be sent."""
