"""Set the time at which a job expires: ``open_days`` after it was last opened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.place import next_place
from domain.marketplace.jobs.read import FullJob
from domain.marketplace.jobs.tables import job
from domain.marketplace.jobs.work import Expire, expire_key
from domain.platform.outbox.enqueue import enqueue

_opened = (
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .values(posted_at=bindparam("posted_at"), expires_at=bindparam("expires_at"), place=next_place("posted_at"))
)


def end_of(posted_at: datetime, open_days: int) -> datetime:
    return posted_at + timedelta(days=open_days)


def note_opened(connection: Connection, cause: Cause, found: FullJob) -> None:
    """Store that a job opens now: it becomes the newest in every list, and expires ``open_days`` from now."""
    expires_at = end_of(cause.now, found.open_days)
    connection.run(_opened, job_id=found.id, posted_at=cause.now, expires_at=expires_at)
    queue_end(connection, cause, found.id, expires_at)


def queue_end(connection: Connection, cause: Cause, job_id: str, expires_at: datetime) -> None:
    work = Expire(job_id=job_id, at=expires_at)
    enqueue(connection, cause, work, run_at=expires_at, unique_key=expire_key(job_id, expires_at))
