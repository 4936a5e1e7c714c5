"""Jobs that were posted by the release before, which knew nothing of places and terms, are listed and found too."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.index import add
from domain.marketplace.jobs.opening import note_opened
from domain.marketplace.jobs.read import with_place
from domain.marketplace.jobs.states import JobState
from domain.marketplace.jobs.tables import job
from domain.marketplace.jobs.work import IndexAnew, ListOld
from domain.platform.outbox.enqueue import enqueue

AT_ONCE = 200

_unlisted = (
    select(job.c.id)
    .where(job.c.status == bindparam("of_status"), job.c.place.is_(None))
    .order_by(job.c.id)
    .limit(bindparam("most"))
)


def list_old(connection: Connection, cause: Cause, work: ListOld) -> None:
    """Open the jobs that have no place.  ``after``: also queue the indexing of all jobs behind this place."""
    for (job_id,) in connection.run(_unlisted, of_status=JobState.OPEN.value, most=AT_ONCE).all():
        note_opened(connection, cause, with_place(connection, job_id)[0])
        opened, place = with_place(connection, job_id)
        if place is not None:
            add(connection, place, opened)
    if work.after is not None:
        enqueue(connection, cause, IndexAnew(after=work.after))
