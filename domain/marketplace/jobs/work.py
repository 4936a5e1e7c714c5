"""The tasks of jobs."""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Expire(Work, frozen=True, kw_only=True):
    """Expire a job whose client hired no worker in time.  ``at`` is the job's ``expires_at`` at the time of queuing."""

    task: ClassVar[str] = "jobs.expire"
    queue: ClassVar[str] = "maintenance"
    job_id: str
    at: datetime


class IndexAnew(Work, frozen=True, kw_only=True):
    """Rebuild the search terms of every job behind the place ``after``.

    When a release changes the terms, give the task a new name.  Otherwise a process of the previous release could run
    the task and write the old terms.
    """

    task: ClassVar[str] = "jobs.index_anew"
    queue: ClassVar[str] = "maintenance"
    after: int = 0


def expire_key(job_id: str, at: datetime) -> str:
    return f"expire:{job_id}:{at:%Y%m%d%H%M%S%f}"
