"""Read applications; only the worker who applied and the client of the job see one."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_, select

from domain.applications.tables import application
from domain.database import Connection
from domain.errors import NotFound
from domain.jobs.tables import job


class Application(msgspec.Struct, frozen=True):
    """``price_minor`` and the dates are the worker's own until both sides agree on others."""

    id: str
    job_id: str
    worker_id: str
    message: str
    price_minor: int
    status: str
    created_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None


_columns = [application.c[name] for name in Application.__struct_fields__]
_by_id = select(*_columns).where(application.c.id == bindparam("application_id"))
_for_party = (
    select(*_columns)
    .join(job, job.c.id == application.c.job_id)
    .where(
        application.c.id == bindparam("application_id"),
        or_(application.c.worker_id == bindparam("party"), job.c.client_id == bindparam("party")),
    )
)
_of_job = (
    select(*_columns)
    .where(application.c.job_id == bindparam("of_job"), application.c.id > bindparam("after"))
    .order_by(application.c.id)
    .limit(bindparam("most"))
)
_of_worker = (
    select(*_columns)
    .where(application.c.worker_id == bindparam("of_worker"), application.c.id < bindparam("before"))
    .order_by(application.c.id.desc())
    .limit(bindparam("most"))
)


def by_id(connection: Connection, application_id: str) -> Application:
    row = connection.run(_by_id, application_id=application_id).first()
    if row is None:
        raise NotFound("application")
    return Application(*row)


def for_party(connection: Connection, application_id: str, party: str) -> Application:
    """``NotFound`` for everybody but who applied and whose job it is."""
    row = connection.run(_for_party, application_id=application_id, party=party).first()
    if row is None:
        raise NotFound("application")
    return Application(*row)


def of_job(connection: Connection, job_id: str, *, after: str | None, most: int) -> list[Application]:
    """Oldest first, those later than the id ``after``."""
    rows = connection.run(_of_job, of_job=job_id, after=after or "", most=most).all()
    return [Application(*row) for row in rows]


def of_worker(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[Application]:
    """Newest first, those older than the id ``before``."""
    rows = connection.run(_of_worker, of_worker=worker_id, before=before or "~", most=most).all()
    return [Application(*row) for row in rows]
