"""The states of a job, and the transitions between them."""

from enum import StrEnum


class JobState(StrEnum):
    DRAFT = "draft"
    """Only its client sees it."""
    OPEN = "open"
    """Workers see it and apply."""
    ASSIGNED = "assigned"
    """A worker was hired."""
    CLOSED = "closed"
    """The work was done and approved."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """The client hired no worker in time."""


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.DRAFT: frozenset({JobState.OPEN, JobState.CANCELLED}),
    JobState.OPEN: frozenset({JobState.ASSIGNED, JobState.CANCELLED, JobState.EXPIRED}),
    JobState.ASSIGNED: frozenset({JobState.OPEN, JobState.CLOSED, JobState.CANCELLED}),
    JobState.CLOSED: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.EXPIRED: frozenset({JobState.OPEN}),
}
