"""Read a worker's invitations."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.tables import account
from domain.marketplace.invitations.tables import invitation
from domain.marketplace.jobs.tables import job


class Invitation(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    worker_id: str
    created_at: datetime


class NamedInvitation(Invitation, frozen=True):
    """An invitation with the title of the job and the name of its client."""

    job_title: str
    client_name: str


_of_worker = (
    select(*(invitation.c[name] for name in Invitation.__struct_fields__), job.c.title, SHOWN_NAME)
    .join(job, job.c.id == invitation.c.job_id)
    .join(account, account.c.id == job.c.client_id)
    .where(invitation.c.worker_id == bindparam("of_worker"), invitation.c.id < bindparam("before"))
    .order_by(invitation.c.id.desc())
    .limit(bindparam("most"))
)


def of_worker(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[NamedInvitation]:
    """Return at most ``most`` invitations of a worker, the newest first, from those older than the id ``before``."""
    rows = connection.run(_of_worker, of_worker=worker_id, before=before or "~", most=most).all()
    return [NamedInvitation(*row) for row in rows]
