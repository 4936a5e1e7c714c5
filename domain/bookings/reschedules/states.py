"""The statuses of a proposal to do the work at another time, and the transitions between them."""

from enum import StrEnum


class RescheduleStatus(StrEnum):
    OPEN = "open"
    """The other side has not answered.  A booking has at most one open proposal."""
    ACCEPTED = "accepted"
    """The booking has the dates of the proposal."""
    REFUSED = "refused"
    """The booking has the same dates as before."""
    SUPERSEDED = "superseded"
    """A newer proposal has replaced this one."""


TRANSITIONS: dict[RescheduleStatus, frozenset[RescheduleStatus]] = {
    RescheduleStatus.OPEN: frozenset(
        {RescheduleStatus.ACCEPTED, RescheduleStatus.REFUSED, RescheduleStatus.SUPERSEDED}
    ),
    RescheduleStatus.ACCEPTED: frozenset(),
    RescheduleStatus.REFUSED: frozenset(),
    RescheduleStatus.SUPERSEDED: frozenset(),
}
