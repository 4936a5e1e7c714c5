"""Read the facts of an application: the job, the present price, and the other party."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import amount, one_line
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job

_client = account.alias("client")
_worker = account.alias("worker")
_by_id = (
    select(
        job.c.title,
        application.c.worker_id,
        application.c.price_minor,
        job.c.currency,
        _client.c.name.label("client_name"),
        _worker.c.name.label("worker_name"),
    )
    .join(job, job.c.id == application.c.job_id)
    .join(_client, _client.c.id == job.c.client_id)
    .join(_worker, _worker.c.id == application.c.worker_id)
    .where(application.c.id == bindparam("application_id"))
)


def read(connection: Connection, subject_id: str, reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, application_id=subject_id).first()
    if row is None:
        return None
    title, worker_id, price, currency, client_name, worker_name = row
    return Facts(
        path=f"/applications/{subject_id}",
        job=one_line(title),
        other=one_line(client_name if reader.id == worker_id else worker_name),
        amount=amount(price, currency),
    )
