"""The statuses of a job, and the transitions between them."""

from enum import StrEnum


class JobStatus(StrEnum):
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


TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.DRAFT: frozenset({JobStatus.OPEN, JobStatus.CANCELLED}),
    JobStatus.OPEN: frozenset({JobStatus.ASSIGNED, JobStatus.CANCELLED, JobStatus.EXPIRED}),
    JobStatus.ASSIGNED: frozenset({JobStatus.OPEN, JobStatus.CLOSED, JobStatus.CANCELLED}),
    JobStatus.CLOSED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
    JobStatus.EXPIRED: frozenset({JobStatus.OPEN}),
}
