"""The statuses of an offer for an application, and the transitions between them."""

from enum import StrEnum


class OfferStatus(StrEnum):
    OPEN = "open"
    """The other side has not answered.  An application has at most one open offer."""
    ACCEPTED = "accepted"
    """Both sides agree, so no further offer is possible."""
    SUPERSEDED = "superseded"
    """A newer offer, or the end of the application, took its place."""


TRANSITIONS: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.OPEN: frozenset({OfferStatus.ACCEPTED, OfferStatus.SUPERSEDED}),
    OfferStatus.ACCEPTED: frozenset(),
    OfferStatus.SUPERSEDED: frozenset(),
}
