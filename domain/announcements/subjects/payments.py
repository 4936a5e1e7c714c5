"""Read the facts of a payment: its amount and its job."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import amount, one_line
from domain.bookings.tables import booking
from domain.database import Connection
from domain.marketplace.jobs.tables import job
from domain.payments.tables import payment

_by_id = (
    select(job.c.title, payment.c.amount_minor, payment.c.currency)
    .join(booking, booking.c.id == payment.c.booking_id)
    .join(job, job.c.id == booking.c.job_id)
    .where(payment.c.id == bindparam("payment_id"))
)


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, payment_id=subject_id).first()
    if row is None:
        return None
    title, minor, currency = row
    return Facts(path=f"/payments/{subject_id}", job=one_line(title), amount=amount(minor, currency))
