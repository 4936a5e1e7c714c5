"""Read a worker's invitations."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.invitations.tables import invitation


class Invitation(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    worker_id: str
    created_at: datetime


_of_worker = (
    select(*(invitation.c[name] for name in Invitation.__struct_fields__))
    .where(invitation.c.worker_id == bindparam("of_worker"), invitation.c.id < bindparam("before"))
    .order_by(invitation.c.id.desc())
    .limit(bindparam("most"))
)


def of_worker(connection: Connection, worker_id: str, *, before: str | None, most: int) -> list[Invitation]:
    """Newest first, those older than the id ``before``."""
    rows = connection.run(_of_worker, of_worker=worker_id, before=before or "~", most=most).all()
    return [Invitation(*row) for row in rows]
