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


class ListOld(Work, frozen=True, kw_only=True):
    """List the jobs that the release before has posted.  ``after``: also index all jobs behind this place anew."""

    task: ClassVar[str] = "jobs.list_old"
    queue: ClassVar[str] = "maintenance"
    after: int | None = None


class IndexAnew(Work, frozen=True, kw_only=True):
    """Make the terms of every job anew, behind the place ``after``.

    When a release changes the terms, give the task a new name: the release before would run a task that it knows, and
    make its own terms.
    """

    task: ClassVar[str] = "jobs.index_anew"
    queue: ClassVar[str] = "maintenance"
    after: int = 0


class CountApplicants(Work, frozen=True, kw_only=True):
    """Count the applicants of the jobs whose ids are greater than ``after``."""

    task: ClassVar[str] = "jobs.count_applicants"
    queue: ClassVar[str] = "maintenance"
    after: str = ""


def expire_key(job_id: str, at: datetime) -> str:
    return f"expire:{job_id}:{at:%Y%m%d%H%M%S%f}"
