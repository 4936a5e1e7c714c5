"""Count the applicants of the jobs that are older than the count."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job
from domain.marketplace.jobs.work import CountApplicants
from domain.platform.outbox.enqueue import enqueue
from domain.schema import one_of

AT_ONCE = 500

_jobs = select(job.c.id).where(job.c.id > bindparam("after")).order_by(job.c.id).limit(bindparam("most"))
_applicants = select(func.count()).where(application.c.job_id == job.c.id).scalar_subquery()
_count = update(job).where(one_of(job.c.id, "ids")).values(applicants=_applicants)


def count_applicants(connection: Connection, cause: Cause, work: CountApplicants) -> None:
    """Count for the next few jobs; another task counts for the rest.

    The trigger on ``application`` counts beside this task.  Units of work are serialisable, so the database undoes one
    of two that meet on a job, and it runs again.
    """
    ids = [row[0] for row in connection.run(_jobs, after=work.after, most=AT_ONCE).all()]
    if ids:
        connection.run(_count, ids=ids)
    if len(ids) == AT_ONCE:
        enqueue(connection, cause, CountApplicants(after=ids[-1]))
