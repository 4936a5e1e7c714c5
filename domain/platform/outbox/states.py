"""The statuses of a task and of one attempt at it."""

from enum import StrEnum


class TaskStatus(StrEnum):
    PENDING = "pending"
    """The row waits for its ``run_at`` and for room in its queue's window."""
    SENT = "sent"
    """A message about the row is in the broker, or was lost there."""
    RUNNING = "running"
    """A Celery worker process holds the row's lease."""
    DONE = "done"
    DEAD = "dead"
    """The row has no attempts left: it is stored, counted and alerted on, and an operator can retry it."""
    CANCELLED = "cancelled"
    """An operator ended the row before it ran."""


class AttemptOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    RATE_LIMITED = "rate_limited"
    """The provider asked us to slow down; this outcome does not concern the work itself."""
    UNKNOWN = "unknown"
    """The provider may have done the work: the next attempt starts with the same key or a look-up."""
    FAILED = "failed"
    """Our own code raised an exception."""


FINISHED = frozenset({TaskStatus.DONE, TaskStatus.DEAD, TaskStatus.CANCELLED})
