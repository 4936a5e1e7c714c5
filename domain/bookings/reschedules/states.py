"""The life of a proposal to do the work at another time."""

from enum import StrEnum


class RescheduleState(StrEnum):
    OPEN = "open"
    """It is the other side's turn.  A booking has at most one of these."""
    ACCEPTED = "accepted"
    """Its dates are the booking's now."""
    REFUSED = "refused"
    """The dates agreed before stay."""
    SUPERSEDED = "superseded"
    """A newer proposal took its place."""


TRANSITIONS: dict[RescheduleState, frozenset[RescheduleState]] = {
    RescheduleState.OPEN: frozenset({RescheduleState.ACCEPTED, RescheduleState.REFUSED, RescheduleState.SUPERSEDED}),
    RescheduleState.ACCEPTED: frozenset(),
    RescheduleState.REFUSED: frozenset(),
    RescheduleState.SUPERSEDED: frozenset(),
}
