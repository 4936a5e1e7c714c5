"""A job ends without a hire: its client cancels it, or it expires."""

from __future__ import annotations

from datetime import datetime

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.move import move
from domain.marketplace.jobs.read import FullJob, full, owned
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.steps import CANCEL, require
from domain.marketplace.jobs.work import Expire
from domain.marketplace.listings.applicants import turn_away
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def cancel(connection: Connection, cause: Cause, job_id: str) -> FullJob:
    """Cancel a job, and decline its live applications; return the job.

    ``NotFound`` when the job is not the actor's; ``Conflict`` when the job is neither a draft nor open.  After a hire,
    the client cancels the booking instead.
    """
    found = owned(connection, job_id, cause.actor)
    before = JobStatus(found.status)
    require(CANCEL, before)
    move(connection, cause, job_id, before, JobStatus.CANCELLED)
    turn_away(connection, cause, job_id, Kind.JOB_CANCELLED, occasion="")
    return owned(connection, job_id, cause.actor)


def expire(connection: Connection, cause: Cause, work: Expire) -> datetime | None:
    """Expire a job that is still open at its end; return that end when the task runs too early, otherwise None.

    Nothing happens to a job that is no longer open, or that has another end by now.
    """
    found = full(connection, work.job_id)
    if found.status != JobStatus.OPEN or found.expires_at != work.at:
        return None
    if cause.now < work.at:
        return work.at
    move(connection, cause, found.id, JobStatus.OPEN, JobStatus.EXPIRED)
    occasion = work.at.isoformat()  # the client may open the job again, and then it may expire again
    notify(connection, cause, found.client_id, Kind.JOB_EXPIRED, found.id, occasion=occasion)
    turn_away(connection, cause, found.id, Kind.JOB_EXPIRED, occasion=occasion)
    return None
