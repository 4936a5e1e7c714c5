"""A client edits a job for which no worker is hired."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Invalid
from domain.marketplace.jobs.check import NewJob, checked
from domain.marketplace.jobs.index import put
from domain.marketplace.jobs.opening import end_of, queue_end
from domain.marketplace.jobs.read import FullJob, owned, with_place
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.steps import EDIT, require
from domain.marketplace.jobs.tables import job
from domain.marketplace.listings.applicants import anybody_waits

ALWAYS = frozenset({"title", "description", "open_days"})
"""The fields that may still change after a worker has applied.  The worker's price depends on the others."""
_CONTENT = NewJob.__struct_fields__

_change = (
    update(job)
    .where(job.c.id == bindparam("job_id"), job.c.status == bindparam("in_status"), job.c.version == bindparam("seen"))
    .values(
        {name: bindparam(name) for name in _CONTENT}
        | {"version": job.c.version + 1, "expires_at": bindparam("expires_at")}
    )
)


def content(found: FullJob) -> NewJob:
    return NewJob(**{name: getattr(found, name) for name in _CONTENT})


def edit(
    connection: Connection, cause: Cause, job_id: str, changes: dict[str, Any], *, version: int | None = None
) -> FullJob:
    """Change fields of a job; return the job.

    ``changes`` has new values by field of :class:`NewJob`, for the job at ``version``.  ``NotFound`` when the job is
    not the actor's; ``Invalid`` for wrong values; ``Conflict`` when the status does not allow edits, the job is at
    another version, or a live application exists and a field outside ``ALWAYS`` changes.
    """
    found = owned(connection, job_id, cause.actor)
    require(EDIT, found.status)
    if version not in (None, found.version):
        raise Conflict(
            "job_changed", f"The job is at version {found.version}, not {version}. Read it again before editing it."
        )
    before = content(found)
    after = checked(msgspec.structs.replace(before, **changes), cause.now)
    changed = {name for name in _CONTENT if getattr(before, name) != getattr(after, name)}
    if not changed:
        return found
    if (fixed := changed - ALWAYS) and anybody_waits(connection, job_id):
        raise Conflict("job_has_applicants", f"Somebody has applied: {', '.join(sorted(fixed))} cannot change.")
    expires_at = _new_end(cause, found, after)
    values = msgspec.structs.asdict(after)
    done = connection.run(
        _change, job_id=job_id, in_status=found.status, seen=found.version, expires_at=expires_at, **values
    ).changed
    if not done:
        raise Conflict("job_changed", "The job was changed at the same moment. Read it again before editing it.")
    if expires_at is not None and expires_at != found.expires_at:
        queue_end(connection, cause, job_id, expires_at)
    edited, place = with_place(connection, job_id)
    if place is not None:
        put(connection, place, edited)
    return edited


def _new_end(cause: Cause, found: FullJob, after: NewJob) -> Any:
    """Return when the edited job expires; ``Invalid`` when an open job would already have expired."""
    if found.status != JobStatus.OPEN or found.posted_at is None or after.open_days == found.open_days:
        return found.expires_at
    end = end_of(found.posted_at, after.open_days)
    if end <= cause.now:
        raise Invalid("open_days_out_of_range", f"The job would have ended on {end:%Y-%m-%d}.", "open_days")
    return end
