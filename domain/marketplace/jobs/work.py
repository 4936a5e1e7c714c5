"""The durable work of this noun."""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Expire(Work, frozen=True, kw_only=True):
    """End a job that nobody was hired for in time.  ``at`` is the end that it had when this was queued."""

    task: ClassVar[str] = "jobs.expire"
    queue: ClassVar[str] = "maintenance"
    job_id: str
    at: datetime


class IndexAnew(Work, frozen=True, kw_only=True):
    """Make the terms of every job anew, behind the place ``after``.

    When a release changes the terms, give the task a new name: the release before would run a task that it knows, and
    make its own terms.
    """

    task: ClassVar[str] = "jobs.index_anew"
    queue: ClassVar[str] = "maintenance"
    after: int = 0


def expire_key(job_id: str, at: datetime) -> str:
    return f"expire:{job_id}:{at:%Y%m%d%H%M%S%f}"
