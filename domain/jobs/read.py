"""Read jobs: one, or a page by keyset, newest first."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.errors import NotFound
from domain.jobs.tables import job

AFTER_EVERY_ID = "~"  # sorts behind every id: the first page


class Job(msgspec.Struct, frozen=True):
    id: str
    client_id: str
    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str
    status: str
    created_at: datetime


_columns = [job.c[name] for name in Job.__struct_fields__]
_by_id = select(*_columns).where(job.c.id == bindparam("job_id"))
_page = (
    select(*_columns)
    .where(job.c.status == bindparam("of_status"), job.c.id < bindparam("before"))
    .order_by(job.c.id.desc())
    .limit(bindparam("most"))
)


def by_id(connection: Connection, job_id: str) -> Job:
    row = connection.run(_by_id, job_id=job_id).first()
    if row is None:
        raise NotFound("job")
    return Job(*row)


def page(connection: Connection, *, status: str, before: str | None, most: int) -> list[Job]:
    """The ``most`` newest jobs of a status that are older than the id ``before``."""
    rows = connection.run(_page, of_status=status, before=before or AFTER_EVERY_ID, most=most).all()
    return [Job(*row) for row in rows]
