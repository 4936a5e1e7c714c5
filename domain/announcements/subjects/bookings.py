"""Read the facts of a booking: the job, the agreed start if there is one, and the other party.

The amount is what the client pays, or what the worker earns.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import amount, moment, one_line
from domain.bookings.tables import booking
from domain.bookings.worker_share import WORKER_SHARE
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.tables import job

_client = account.alias("client")
_worker = account.alias("worker")
_by_id = (
    select(
        job.c.title,
        booking.c.worker_id,
        booking.c.total_minor,
        WORKER_SHARE,
        booking.c.currency,
        booking.c.starts_at,
        _client.c.name.label("client_name"),
        _worker.c.name.label("worker_name"),
    )
    .join(job, job.c.id == booking.c.job_id)
    .join(_client, _client.c.id == booking.c.client_id)
    .join(_worker, _worker.c.id == booking.c.worker_id)
    .where(booking.c.id == bindparam("booking_id"))
)


def read(connection: Connection, subject_id: str, reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, booking_id=subject_id).first()
    if row is None:
        return None
    title, worker_id, total, earned, currency, starts_at, client_name, worker_name = row
    is_worker = reader.id == worker_id
    return Facts(
        path=f"/bookings/{subject_id}",
        job=one_line(title),
        other=one_line(client_name if is_worker else worker_name),
        amount=amount(earned if is_worker else total, currency),
        when=moment(starts_at, reader.time_zone) if starts_at else "",
    )
