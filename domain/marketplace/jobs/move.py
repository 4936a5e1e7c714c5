"""Change a job's status by one conditional UPDATE, so that one of two concurrent changes wins."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.history.machine import StateMachine
from domain.marketplace.jobs.index import add, forget
from domain.marketplace.jobs.opening import note_opened
from domain.marketplace.jobs.read import with_place
from domain.marketplace.jobs.states import TRANSITIONS, JobStatus
from domain.marketplace.jobs.tables import job

_machine = StateMachine(job, TRANSITIONS, "job")


def move(connection: Connection, cause: Cause, job_id: str, before: JobStatus, after: JobStatus) -> None:
    """Move a job from ``before`` to ``after``, and update its search terms.

    ``Conflict`` when ``TRANSITIONS`` does not allow that or the job is no longer in ``before``.  A job that opens
    again, for any reason, is open for all its ``open_days`` again.
    """
    _machine.move(connection, cause, job_id, before, after)
    moved, place = with_place(connection, job_id)
    if place is not None:
        forget(connection, place)
    if after is JobStatus.OPEN:
        note_opened(connection, cause, moved)
        moved, place = with_place(connection, job_id)
    if place is not None:
        add(connection, place, moved)
