"""A client opens a draft, or again a job that expired."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.jobs.check import checked
from domain.jobs.edit import content
from domain.jobs.move import move
from domain.jobs.read import FullJob, owned
from domain.jobs.states import JobState
from domain.jobs.steps import PUBLISH, require


def publish(connection: Connection, cause: Cause, job_id: str) -> FullJob:
    """``NotFound``, ``Conflict`` for a job in another state, or ``Invalid`` when its dates have passed."""
    found = owned(connection, job_id, cause.actor)
    before = JobState(found.status)
    require(PUBLISH, before)
    checked(content(found), cause.now)
    move(connection, cause, job_id, before, JobState.OPEN)
    return owned(connection, job_id, cause.actor)
