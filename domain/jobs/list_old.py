"""Jobs that were posted by the release before, which knew nothing of places and terms, are listed and found too."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.jobs.index import add, put
from domain.jobs.opening import give_end, note_opened
from domain.jobs.read import with_place
from domain.jobs.states import JobState
from domain.jobs.tables import job
from domain.jobs.work import ListOld
from domain.outbox.enqueue import enqueue

AT_ONCE = 200

_unlisted = (
    select(job.c.id)
    .where(job.c.status == bindparam("of_status"), job.c.place.is_(None))
    .order_by(job.c.id)
    .limit(bindparam("most"))
)
_listed = (
    select(job.c.id, job.c.place).where(job.c.place > bindparam("after")).order_by(job.c.place).limit(bindparam("most"))
)


def list_old(connection: Connection, cause: Cause, work: ListOld) -> None:
    """Open those that have no place; and behind the place ``after``, if it is given, index each job anew, a few in
    a transaction, the next few by another task."""
    for (job_id,) in connection.run(_unlisted, of_status=JobState.OPEN.value, most=AT_ONCE).all():
        note_opened(connection, cause, with_place(connection, job_id)[0])
        opened, place = with_place(connection, job_id)
        if place is not None:
            add(connection, place, opened)
    if work.after is None:
        return
    rows = connection.run(_listed, after=work.after, most=AT_ONCE).all()
    for job_id, place in rows:
        found, _ = with_place(connection, job_id)
        put(connection, place, found)
        if found.status == JobState.OPEN and found.expires_at is None:
            give_end(connection, cause, job_id, found.open_days)
    if len(rows) == AT_ONCE:
        enqueue(connection, cause, ListOld(after=rows[-1][1]))
