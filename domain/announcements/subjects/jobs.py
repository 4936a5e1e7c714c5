"""Read the facts of a job: its title, its place, its client."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import one_line
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.tables import job

_by_id = (
    select(job.c.title, job.c.city, account.c.name)
    .join(account, account.c.id == job.c.client_id)
    .where(job.c.id == bindparam("job_id"))
)


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, job_id=subject_id).first()
    if row is None:
        return None
    title, city, client = row
    return Facts(path=f"/jobs/{subject_id}", job=one_line(title), city=one_line(city), other=one_line(client))
