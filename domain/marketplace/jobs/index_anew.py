"""Rebuild the search terms of every job, after a release has changed how terms are made."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.index import put
from domain.marketplace.jobs.read import with_place
from domain.marketplace.jobs.tables import job
from domain.marketplace.jobs.work import IndexAnew
from domain.platform.outbox.enqueue import enqueue

AT_ONCE = 200

_listed = (
    select(job.c.id, job.c.place).where(job.c.place > bindparam("after")).order_by(job.c.place).limit(bindparam("most"))
)


def index_anew(connection: Connection, cause: Cause, work: IndexAnew) -> None:
    """Index up to ``AT_ONCE`` jobs behind the place ``after``, and queue a task for the rest."""
    rows = connection.run(_listed, after=work.after, most=AT_ONCE).all()
    for job_id, place in rows:
        found, _ = with_place(connection, job_id)
        put(connection, place, found)
    if len(rows) == AT_ONCE:
        enqueue(connection, cause, IndexAnew(after=rows[-1][1]))
