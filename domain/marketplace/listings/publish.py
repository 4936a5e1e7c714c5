"""A client opens a draft, or reopens a job that has expired."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.check import checked
from domain.marketplace.jobs.move import move
from domain.marketplace.jobs.read import FullJob, owned
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.steps import PUBLISH, require
from domain.marketplace.listings.edit import content


def publish(connection: Connection, cause: Cause, job_id: str) -> FullJob:
    """Open a job; return it.

    ``NotFound`` when the job is not the actor's; ``Conflict`` when it is neither a draft nor expired; ``Invalid`` when
    a field is no longer valid, such as a date that has passed.
    """
    found = owned(connection, job_id, cause.actor)
    before = JobStatus(found.status)
    require(PUBLISH, before)
    checked(content(found), cause.now)
    move(connection, cause, job_id, before, JobStatus.OPEN)
    return owned(connection, job_id, cause.actor)
