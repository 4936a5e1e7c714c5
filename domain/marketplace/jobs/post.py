"""A client posts a job, which is open at once, or a draft until the client publishes it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.check import NewJob, checked
from domain.marketplace.jobs.index import add
from domain.marketplace.jobs.opening import end_of, queue_end
from domain.marketplace.jobs.place import next_place
from domain.marketplace.jobs.read import FullJob
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.tables import job

__all__ = ["NewJob", "post"]

_NOT_SAID = ("applicants", "client_name")
_name = select(account.c.name).where(account.c.id == bindparam("client_id")).scalar_subquery()
_draft = (
    insert(job)
    .values({name: bindparam(name) for name in FullJob.__struct_fields__ if name not in _NOT_SAID})
    .returning(job.c.place, _name)
)
_open = _draft.values(place=next_place("posted_at"))


def post(connection: Connection, cause: Cause, new: NewJob, *, draft: bool = False) -> FullJob:
    """Store a new job and return it; ``Invalid`` names every field that is wrong."""
    kept = checked(new, cause.now)
    status = JobStatus.DRAFT if draft else JobStatus.OPEN
    values: dict[str, Any] = {
        "id": cause.new_id("job"),
        "client_id": cause.actor,
        "status": status.value,
        "created_at": cause.now,
        "version": 1,
        "posted_at": None if draft else cause.now,
        "expires_at": None if draft else end_of(cause.now, kept.open_days),
        **msgspec.structs.asdict(kept),
    }
    place, client_name = connection.run(_draft if draft else _open, **values).one()
    posted = FullJob(**values, client_name=client_name, applicants=0)
    record(connection, cause, posted.id, None, status)
    if posted.expires_at is not None:
        add(connection, place, posted)
        queue_end(connection, cause, posted.id, posted.expires_at)
    return posted
