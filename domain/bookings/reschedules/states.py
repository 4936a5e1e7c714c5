"""The states of a proposal to do the work at another time, and the transitions between them."""

from enum import StrEnum


class RescheduleState(StrEnum):
    OPEN = "open"
    """The other side has not answered.  A booking has at most one open proposal."""
    ACCEPTED = "accepted"
    """The booking has the dates of the proposal."""
    REFUSED = "refused"
    """The booking has the same dates as before."""
    SUPERSEDED = "superseded"
    """A newer proposal has replaced this one."""


TRANSITIONS: dict[RescheduleState, frozenset[RescheduleState]] = {
    RescheduleState.OPEN: frozenset({RescheduleState.ACCEPTED, RescheduleState.REFUSED, RescheduleState.SUPERSEDED}),
    RescheduleState.ACCEPTED: frozenset(),
    RescheduleState.REFUSED: frozenset(),
    RescheduleState.SUPERSEDED: frozenset(),
}
