"""The states of an offer for an application, and the transitions between them."""

from enum import StrEnum


class OfferState(StrEnum):
    OPEN = "open"
    """The other side has not answered.  An application has at most one open offer."""
    ACCEPTED = "accepted"
    """Both sides agree, so no further offer is possible."""
    SUPERSEDED = "superseded"
    """A newer offer, or the end of the application, took its place."""


TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.SUPERSEDED}),
    OfferState.ACCEPTED: frozenset(),
    OfferState.SUPERSEDED: frozenset(),
}
