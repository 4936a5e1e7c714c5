"""A client posts a job: it is open at once, or a draft until it is published."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.jobs.check import NewJob, checked
from domain.jobs.index import add
from domain.jobs.opening import end_of, queue_end
from domain.jobs.place import next_place
from domain.jobs.read import FullJob
from domain.jobs.states import JobState
from domain.jobs.tables import job

__all__ = ["NewJob", "post"]

_draft = insert(job).values({name: bindparam(name) for name in FullJob.__struct_fields__})
_open = _draft.values(place=next_place("posted_at")).returning(job.c.place)


def post(connection: Connection, cause: Cause, new: NewJob, *, draft: bool = False) -> FullJob:
    """``Invalid`` for what a job cannot have."""
    kept = checked(new, cause.now)
    state = JobState.DRAFT if draft else JobState.OPEN
    posted = FullJob(
        id=cause.new_id("job"),
        client_id=cause.actor,
        status=state.value,
        created_at=cause.now,
        version=1,
        posted_at=None if draft else cause.now,
        expires_at=None if draft else end_of(cause.now, kept.open_days),
        **msgspec.structs.asdict(kept),
    )
    made = connection.run(_draft if draft else _open, **msgspec.structs.asdict(posted))
    record(connection, cause, posted.id, None, state)
    if posted.expires_at is not None:
        add(connection, made.scalar(), posted)
        queue_end(connection, cause, posted.id, posted.expires_at)
    return posted
