"""The life of one offer in the bargaining over an application."""

from enum import StrEnum


class OfferState(StrEnum):
    OPEN = "open"
    """It is the other side's turn.  An application has at most one of these."""
    ACCEPTED = "accepted"
    """Both agree; nothing is offered after it."""
    SUPERSEDED = "superseded"
    """A newer offer, or the end of the application, took its place."""


TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.SUPERSEDED}),
    OfferState.ACCEPTED: frozenset(),
    OfferState.SUPERSEDED: frozenset(),
}
