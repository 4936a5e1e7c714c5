"""A worker applies for a job."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, bindparam, select

from domain.cause import Cause
from domain.currencies import check_amount
from domain.database import Connection
from domain.dates import Dates, check_dates
from domain.errors import Conflict, check_all
from domain.history.record import record
from domain.identity.accounts.tables import account
from domain.marketplace.applications.read import COLUMNS, Application
from domain.marketplace.applications.states import ApplicationStatus
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.steps import APPLY, require
from domain.marketplace.ratings.read import Rating
from domain.marketplace.ratings.tables import rating
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema.upsert import upsert

_worker_id = bindparam("worker_id", type_=String())
_of_worker = (
    select(account.c.name).where(account.c.id == _worker_id).scalar_subquery(),
    select(rating.c.jobs_done).where(rating.c.account_id == _worker_id).scalar_subquery(),
    select(rating.c.reviews).where(rating.c.account_id == _worker_id).scalar_subquery(),
    select(rating.c.stars).where(rating.c.account_id == _worker_id).scalar_subquery(),
)
_insert = (
    upsert(application)
    .values({name: bindparam(name) for name in COLUMNS})
    .on_conflict_do_nothing()
    .returning(*_of_worker)
)


def submit(
    connection: Connection,
    cause: Cause,
    job_id: str,
    *,
    message: str,
    price_minor: int,
    dates: Dates | None = None,
    job_version: int | None = None,
) -> Application:
    """Submit an application and return it.  ``NotFound`` when the worker cannot see the job; ``Conflict`` when the job
    is not open or not at ``job_version``, or the worker has applied before; ``Invalid`` for a price or dates."""
    job = jobs.shown(connection, job_id, cause.actor)
    require(APPLY, job.status)
    if job_version not in (None, job.version):
        raise Conflict("job_changed", f"The job is at version {job.version}, not {job_version}. Read it again.")
    said = dates or Dates()
    check_all(
        lambda: check_amount(price_minor, job.currency, "price_minor"),
        lambda: check_dates(cause.now, said.starts_at, said.ends_at),
    )
    when = check_dates(cause.now, said.starts_at, said.ends_at)
    values: dict[str, Any] = {
        "id": cause.new_id("app"),
        "job_id": job_id,
        "worker_id": cause.actor,
        "message": message,
        "price_minor": price_minor,
        "status": ApplicationStatus.SUBMITTED.value,
        "created_at": cause.now,
        "starts_at": when.starts_at,
        "ends_at": when.ends_at,
    }
    row = connection.run(_insert, **values).first()
    if row is None:
        raise Conflict("already_applied", "You have applied for this job: see GET /me/applications.")
    name, done, *sums = row
    beside = {"job_title": job.title, "worker_name": name, "worker_jobs_done": done or 0}
    made = Application(**values, **beside, worker_rating=Rating.of(*sums))
    record(connection, cause, made.id, None, ApplicationStatus.SUBMITTED)
    notify(connection, cause, job.client_id, Kind.APPLICATION_RECEIVED, made.id)
    return made
