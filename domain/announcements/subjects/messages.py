"""Read the facts of a message: its author and its job, but not its text."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.words import one_line
from domain.bookings.messages.tables import message
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job

_by_id = (
    select(message.c.application_id, job.c.title, account.c.name)
    .join(application, application.c.id == message.c.application_id)
    .join(job, job.c.id == application.c.job_id)
    .join(account, account.c.id == message.c.author_id)
    .where(message.c.id == bindparam("message_id"))
)


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, message_id=subject_id).first()
    if row is None:
        return None
    application_id, title, author = row
    return Facts(path=f"/applications/{application_id}/messages", job=one_line(title), other=one_line(author))
