"""Read one job, or a page of jobs."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, case, false, literal_column, select, true

from domain.database import IN_ONE_STEP, Connection
from domain.errors import NotFound
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.place import BEHIND_ALL
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.tables import job
from domain.schema import one_of
from domain.schema.reader import BEHIND_ALL_IDS, Reader, newest_first


class Job(msgspec.Struct, frozen=True):
    """The fields that every view of a job has."""

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


class ListedJob(Job, frozen=True):
    """A job as lists show it.  ``applicants`` counts all applications, in whatever status they are now."""

    client_name: str
    applicants: int


class FullJob(Job, frozen=True):
    """A job as its own page shows it.  ``posted_at`` is the time of its last opening; ``version`` grows with every
    edit; ``applicants`` is as in lists."""

    latitude: float | None
    longitude: float | None
    wanted_from: date | None
    wanted_until: date | None
    open_days: int
    version: int
    posted_at: datetime | None
    expires_at: datetime | None
    client_name: str
    applicants: int

    def is_seen_by(self, account_id: str | None) -> bool:
        """Return whether an account may see the job: only its client sees a job that was never opened."""
        never_opened = self.status == JobStatus.DRAFT or (self.status == JobStatus.CANCELLED and not self.posted_at)
        return not never_opened or self.client_id == account_id


class Found(msgspec.Struct, frozen=True):
    """A page of jobs, and the position of its last job if more follow."""

    items: list[ListedJob]
    more_after: tuple[int, ...] | None


_columns = [job.c[name] for name in Job.__struct_fields__]
_listed_columns = [*_columns, SHOWN_NAME, job.c.applicants]
_full_columns = [SHOWN_NAME if name == "client_name" else job.c[name] for name in FullJob.__struct_fields__]
_with_client = job.join(account, account.c.id == job.c.client_id)
by_id = Reader(job, Job).by_id
_full = select(*_full_columns, job.c.place).select_from(_with_client).where(job.c.id == bindparam("job_id"))
_shown = select(*_full_columns, account.c.status).select_from(_with_client).where(job.c.id == bindparam("job_id"))
# For a plain comparison, SQLite would read all accounts into a Bloom filter for each page, while they are few.
_is_shown = case((account.c.status == literal_column(f"'{AccountStatus.SUSPENDED.value}'"), false()), else_=true())
_by_ids = (
    select(*_listed_columns)
    .select_from(_with_client)
    .where(one_of(job.c.id, "ids"), _is_shown)
    .execution_options(**IN_ONE_STEP)
)
_page = (
    select(*_listed_columns, job.c.place)
    .select_from(_with_client)
    .where(job.c.status == bindparam("of_status"), job.c.place < bindparam("before"), _is_shown)
    .order_by(job.c.place.desc())
    .limit(bindparam("most"))
    .execution_options(**IN_ONE_STEP)
)
_of_client = select(*_full_columns).select_from(_with_client).where(job.c.client_id == bindparam("of_client"))
_of_client = newest_first(_of_client, job.c.id)


def by_ids(connection: Connection, ids: list[str]) -> list[ListedJob]:
    """Return jobs in the order of the ids, without those whose client is suspended."""
    found = {row[0]: ListedJob(*row) for row in connection.run(_by_ids, ids=ids).all()}
    return [found[job_id] for job_id in ids if job_id in found]


def shown(connection: Connection, job_id: str, viewer_id: str | None) -> FullJob:
    """Return a job as the viewer may see it.

    ``NotFound`` when no job has this id, or when only its client may see it: it was never opened, or the client is
    suspended.
    """
    row = connection.run(_shown, job_id=job_id).first()
    found = FullJob(*row[:-1]) if row else None
    if row is None or found is None or not found.is_seen_by(viewer_id):
        raise NotFound("job")
    if row[-1] == AccountStatus.SUSPENDED and found.client_id != viewer_id:
        raise NotFound("job")
    return found


def full(connection: Connection, job_id: str) -> FullJob:
    return with_place(connection, job_id)[0]


def with_place(connection: Connection, job_id: str) -> tuple[FullJob, int | None]:
    """Return a job and its place, which is None when the job was never opened; ``NotFound`` when no job has this id."""
    row = connection.run(_full, job_id=job_id).first()
    if row is None:
        raise NotFound("job")
    return FullJob(*row[:-1]), row[-1]


def owned(connection: Connection, job_id: str, client_id: str) -> FullJob:
    """Return a job; ``NotFound`` for everybody but its client."""
    found = full(connection, job_id)
    if found.client_id != client_id:
        raise NotFound("job")
    return found


def page(connection: Connection, *, status: str, after: tuple[int, ...] | None, most: int) -> Found:
    """Return the first ``most`` jobs of a status behind the place ``after``, the last opened first."""
    (before,) = after or (BEHIND_ALL,)
    rows = connection.run(_page, of_status=status, before=before, most=most + 1).all()
    more_after = (rows[most - 1][-1],) if len(rows) > most else None
    return Found([ListedJob(*row[:-1]) for row in rows[:most]], more_after)


def of_client(connection: Connection, client_id: str, *, before: str | None, most: int) -> list[FullJob]:
    """Return at most ``most`` jobs of a client in any status, the newest first, from before the id ``before``."""
    rows = connection.run(_of_client, of_client=client_id, before=before or BEHIND_ALL_IDS, most=most).all()
    return [FullJob(*row) for row in rows]
