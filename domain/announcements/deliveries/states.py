"""The statuses of a delivery of one event to one person by one channel, and the changes between them."""

from enum import StrEnum


class DeliveryStatus(StrEnum):
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


_ENDS = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED})

TRANSITIONS: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.QUEUED: _ENDS | {DeliveryStatus.SUBMITTING, DeliveryStatus.SUPPRESSED, DeliveryStatus.OBSOLETE},
    DeliveryStatus.SUBMITTING: _ENDS | {DeliveryStatus.QUEUED, DeliveryStatus.ACCEPTED, DeliveryStatus.REFUSED},
    DeliveryStatus.ACCEPTED: _ENDS,
    DeliveryStatus.DELIVERED: frozenset({DeliveryStatus.BOUNCED}),
    DeliveryStatus.BOUNCED: frozenset(),
    DeliveryStatus.DROPPED: frozenset(),
    DeliveryStatus.REFUSED: frozenset(),
    DeliveryStatus.SUPPRESSED: frozenset(),
    DeliveryStatus.OBSOLETE: frozenset(),
}
"""A carrier may report the arrival of a message that we did not know to be sent."""
