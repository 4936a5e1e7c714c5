"""A client invites a worker to apply for a job, at most once per job and worker."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.identity.accounts import read as accounts
from domain.identity.accounts.states import AccountStatus, Role
from domain.marketplace.applications.tables import application
from domain.marketplace.invitations.read import Invitation
from domain.marketplace.invitations.tables import invitation
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.steps import INVITE, require
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema.upsert import upsert

_insert = (
    upsert(invitation).values({name: bindparam(name) for name in Invitation.__struct_fields__}).on_conflict_do_nothing()
)
_applied = select(application.c.id).where(
    application.c.job_id == bindparam("of_job"), application.c.worker_id == bindparam("by_worker")
)


def invite(connection: Connection, cause: Cause, job_id: str, worker_id: str) -> Invitation:
    """Invite a worker; return the invitation.

    ``NotFound`` when the job is not the actor's or no active worker has this id; ``Conflict`` when the job is not open,
    or the worker was invited or has applied before.
    """
    job = jobs.by_id(connection, job_id)
    if job.client_id != cause.actor:
        raise NotFound("job")
    require(INVITE, job.status)
    worker = accounts.by_id(connection, worker_id)
    if worker is None or worker.role != Role.WORKER or worker.status != AccountStatus.ACTIVE:
        raise NotFound("worker")
    if connection.run(_applied, of_job=job_id, by_worker=worker_id).first() is not None:
        raise Conflict(
            "already_applied",
            "This worker has applied for the job. GET /jobs/{job_id}/applications lists the applications.",
        )
    made = Invitation(cause.new_id("inv"), job_id, worker_id, cause.now)
    if not connection.run(_insert, **msgspec.structs.asdict(made)).changed:
        raise Conflict("already_invited", "This worker was invited before. Wait for an application.")
    notify(connection, cause, worker_id, Kind.JOB_INVITED, job_id)
    return made
