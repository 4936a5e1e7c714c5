"""Read the facts of a review: its job and its author, but not its text, which may be unpublished."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import one_line
from domain.bookings.reviews.tables import review
from domain.bookings.tables import booking
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.tables import job

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
