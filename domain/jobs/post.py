"""A client posts a job; it is open at once."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.currencies import check_amount
from domain.database import Connection
from domain.history.record import record
from domain.jobs.read import Job
from domain.jobs.states import JobState
from domain.jobs.tables import job

_insert = insert(job).values({name: bindparam(name) for name in Job.__struct_fields__})


class NewJob(msgspec.Struct, frozen=True):
    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str


def post(connection: Connection, cause: Cause, new: NewJob) -> Job:
    """``Invalid`` for an amount or a currency that cannot be paid."""
    check_amount(new.budget_minor, new.currency, "budget_minor")
    posted = Job(
        id=cause.new_id("job"),
        client_id=cause.actor,
        status=JobState.OPEN.value,
        created_at=cause.now,
        **msgspec.structs.asdict(new),
    )
    connection.run(_insert, **msgspec.structs.asdict(posted))
    record(connection, cause, posted.id, None, JobState.OPEN)
    return posted
