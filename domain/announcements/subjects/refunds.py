"""Read the facts of a refund: its amount and its job; the link leads to its booking."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import amount, one_line
from domain.bookings.tables import booking
from domain.database import Connection
from domain.marketplace.jobs.tables import job
from domain.payments.refunds.tables import refund

_by_id = (
    select(job.c.title, refund.c.booking_id, refund.c.amount_minor, refund.c.currency)
    .join(booking, booking.c.id == refund.c.booking_id)
    .join(job, job.c.id == booking.c.job_id)
    .where(refund.c.id == bindparam("refund_id"))
)


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, refund_id=subject_id).first()
    if row is None:
        return None
    title, booking_id, minor, currency = row
    return Facts(path=f"/bookings/{booking_id}", job=one_line(title), amount=amount(minor, currency))
