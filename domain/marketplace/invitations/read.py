"""Read a worker's invitations."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam

from domain.database import Connection
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.tables import account
from domain.marketplace.invitations.tables import invitation
from domain.marketplace.jobs.tables import job
from domain.schema.reader import Reader, newest_first


class Invitation(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    worker_id: str
    created_at: datetime


class NamedInvitation(Invitation, frozen=True):
    """An invitation with the title of the job and the name of its client."""

    job_title: str
    client_name: str


_reader = Reader(invitation, NamedInvitation, job.c.title, SHOWN_NAME)
_of_worker = newest_first(
    _reader.select.join(job, job.c.id == invitation.c.job_id)
    .join(account, account.c.id == job.c.client_id)
    .where(invitation.c.worker_id == bindparam("of_worker")),
    invitation.c.id,
)


def of_worker(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[NamedInvitation]:
    """Return at most ``most`` invitations of a worker, the newest first, from those older than the id ``before``."""
    return _reader.page(connection, _of_worker, before=before, most=most, of_worker=worker_id)
