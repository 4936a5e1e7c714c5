"""Read the facts of a payment, a payout or a refund: its amount and its job."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, select

from domain.announcements.facts import Facts, Reader
from domain.announcements.recipient import Recipient
from domain.announcements.words import amount, one_line
from domain.bookings.tables import booking
from domain.database import Connection
from domain.marketplace.jobs.tables import job
from domain.payments.refunds.tables import refund
from domain.payments.tables import payment
from domain.payouts.tables import payout


def _reader(table: Table, path: str) -> Reader:
    """Return the reader of a table's rows; ``path`` leads to a row by its ``id`` or its ``booking_id``."""
    by_id = (
        select(table.c.booking_id, job.c.title, table.c.amount_minor, table.c.currency)
        .join(booking, booking.c.id == table.c.booking_id)
        .join(job, job.c.id == booking.c.job_id)
        .where(table.c.id == bindparam("of_id"))
    )

    def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
        row = connection.run(by_id, of_id=subject_id).first()
        if row is None:
            return None
        booking_id, title, minor, currency = row
        leads_to = path.format(id=subject_id, booking_id=booking_id)
        return Facts(path=leads_to, job=one_line(title), amount=amount(minor, currency))

    return read


read_payment = _reader(payment, "/payments/{id}")
read_payout = _reader(payout, "/payouts/{id}")
read_refund = _reader(refund, "/bookings/{booking_id}")
