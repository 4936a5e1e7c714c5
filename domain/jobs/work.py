"""The durable work of this noun."""

from datetime import datetime
from typing import ClassVar

from domain.outbox.work import Work


class Expire(Work, frozen=True, kw_only=True):
    """End a job that nobody was hired for in time.  ``at`` is the end that it had when this was queued."""

    task: ClassVar[str] = "jobs.expire"
    queue: ClassVar[str] = "maintenance"
    job_id: str
    at: datetime


class ListOld(Work, frozen=True, kw_only=True):
    """List what the release before has posted.  ``after``: also make every job's terms anew, from this place on."""

    task: ClassVar[str] = "jobs.list_old"
    queue: ClassVar[str] = "maintenance"
    after: int | None = None


def expire_key(job_id: str, at: datetime) -> str:
    return f"expire:{job_id}:{at:%Y%m%d%H%M%S%f}"
