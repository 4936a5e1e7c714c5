"""Read applications.  Only the worker who applied and the client of the job may see one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from domain.database import Connection
from domain.errors import NotFound
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.tables import account
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job
from domain.marketplace.ratings.read import JOBS_DONE, Rating
from domain.marketplace.ratings.tables import rating
from domain.schema.reader import BEHIND_ALL_IDS, newest_first


class Application(msgspec.Struct, frozen=True):
    """An application.  ``price_minor`` and the dates are the worker's until both sides agree on others;
    ``worker_jobs_done`` is the number of the worker's approved bookings."""

    id: str
    job_id: str
    worker_id: str
    message: str
    price_minor: int
    status: str
    created_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    job_title: str
    worker_name: str
    worker_jobs_done: int
    worker_rating: Rating


COLUMNS = tuple(column.name for column in application.c)
"""The fields from the row of the application; the others come from joined tables."""

_is_party = or_(application.c.worker_id == bindparam("party"), job.c.client_id == bindparam("party"))


def _select(*conditions: ColumnElement[bool]) -> Select[Any]:
    beside = (job.c.title, SHOWN_NAME, JOBS_DONE, rating.c.reviews, rating.c.stars)
    return (
        select(*(application.c[name] for name in COLUMNS), *beside)
        .join(job, job.c.id == application.c.job_id)
        .join(account, account.c.id == application.c.worker_id)
        .outerjoin(rating, rating.c.account_id == application.c.worker_id)
        .where(*conditions)
    )


_by_id = _select(application.c.id == bindparam("application_id"))
_for_party = _by_id.where(_is_party)
_of_job = _select(application.c.job_id == bindparam("of_job"), application.c.id > bindparam("after"))
_of_job = _of_job.order_by(application.c.id).limit(bindparam("most"))
_of_worker = newest_first(_select(application.c.worker_id == bindparam("of_worker")), application.c.id)


def by_id(connection: Connection, application_id: str) -> Application:
    return _one(connection, _by_id, application_id=application_id)


def for_party(connection: Connection, application_id: str, party: str) -> Application:
    """Return an application; ``NotFound`` unless ``party`` is its worker or the client of its job."""
    return _one(connection, _for_party, application_id=application_id, party=party)


def of_job(connection: Connection, job_id: str, *, after: str | None, most: int) -> list[Application]:
    """Return at most ``most`` applications for a job, the oldest first, from behind the id ``after``."""
    return [_made(row) for row in connection.run(_of_job, of_job=job_id, after=after or "", most=most).all()]


def of_worker(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[Application]:
    """Return at most ``most`` applications of a worker, the newest first, from those older than the id ``before``."""
    rows = connection.run(_of_worker, of_worker=worker_id, before=before or BEHIND_ALL_IDS, most=most).all()
    return [_made(row) for row in rows]


def _one(connection: Connection, statement: Select[Any], **parameters: str) -> Application:
    row = connection.run(statement, **parameters).first()
    if row is None:
        raise NotFound("application")
    return _made(row)


def _made(row: tuple[Any, ...]) -> Application:
    fields = (*row[:-2], Rating.of(*row[-2:]))
    return Application(*fields)
