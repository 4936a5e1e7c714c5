"""A review: about which job, and by whom; not what it says, which may be for later."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.accounts.tables import account
from domain.bookings.tables import booking
from domain.database import Connection
from domain.jobs.tables import job
from domain.notifications.facts import Facts
from domain.notifications.recipient import Recipient
from domain.notifications.words import one_line
from domain.reviews.tables import review

_by_id = (
    select(review.c.booking_id, job.c.title, account.c.name)
    .join(booking, booking.c.id == review.c.booking_id)
    .join(job, job.c.id == booking.c.job_id)
    .join(account, account.c.id == review.c.author_id)
    .where(review.c.id == bindparam("review_id"))
)


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, review_id=subject_id).first()
    if row is None:
        return None
    booking_id, title, author = row
    return Facts(path=f"/bookings/{booking_id}/reviews", job=one_line(title), other=one_line(author))
