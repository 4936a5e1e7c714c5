"""The states of a task and of one attempt at it."""

from enum import StrEnum


class TaskState(StrEnum):
    PENDING = "pending"
    """Waits for its ``run_at`` and for room in its queue's window."""
    SENT = "sent"
    """A message about it is in the broker, or was lost there."""
    RUNNING = "running"
    """A worker process holds its lease."""
    DONE = "done"
    DEAD = "dead"
    """Out of attempts: kept, counted, alerted on, re-runnable by an operator."""
    CANCELLED = "cancelled"
    """An operator ended it before it ran."""


class AttemptOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    RATE_LIMITED = "rate_limited"
    """The provider asked us to slow down; it says nothing about the work."""
    UNKNOWN = "unknown"
    """The provider may have done it: the next attempt starts with the same key or a look-up."""
    FAILED = "failed"
    """Our own code raised."""


FINISHED = frozenset({TaskState.DONE, TaskState.DEAD, TaskState.CANCELLED})
