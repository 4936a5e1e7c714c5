"""Read applications."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.applications.tables import application
from domain.database import Connection
from domain.errors import NotFound


class Application(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    worker_id: str
    message: str
    price_minor: int
    status: str
    created_at: datetime


_columns = [application.c[name] for name in Application.__struct_fields__]
_by_id = select(*_columns).where(application.c.id == bindparam("application_id"))
_of_job = (
    select(*_columns)
    .where(application.c.job_id == bindparam("of_job"), application.c.id > bindparam("after"))
    .order_by(application.c.id)
    .limit(bindparam("most"))
)


def by_id(connection: Connection, application_id: str) -> Application:
    row = connection.run(_by_id, application_id=application_id).first()
    if row is None:
        raise NotFound("application")
    return Application(*row)


def of_job(connection: Connection, job_id: str, *, after: str | None, most: int) -> list[Application]:
    """Oldest first, those later than the id ``after``."""
    rows = connection.run(_of_job, of_job=job_id, after=after or "", most=most).all()
    return [Application(*row) for row in rows]
