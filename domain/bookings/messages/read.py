"""Read messages, the threads of a person, and the number of unread messages."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select

from domain.bookings.messages.tables import message, side
from domain.database import Connection
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.tables import account
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job
from domain.schema.reader import BEHIND_ALL_IDS, Reader, newest_first

PREVIEW = 200


class Message(msgspec.Struct, frozen=True):
    id: str
    application_id: str
    author_id: str
    text: str
    created_at: datetime


class Thread(msgspec.Struct, frozen=True):
    """A thread as one of its two sides sees it; ``last_text`` is the first 200 characters of the last message."""

    application_id: str
    job_id: str
    job_title: str
    other_id: str
    other_name: str
    last_message_id: str
    last_author_id: str
    last_text: str
    last_at: datetime
    read_up_to: str | None
    unread: int

    @property
    def id(self) -> str:
        """Return the position of the thread in a page of threads."""
        return self.last_message_id


class Unread(msgspec.Struct, frozen=True):
    """The number of threads with unread messages, and the number of those messages."""

    threads: int
    messages: int


_reader = Reader(message, Message)
_page = newest_first(_reader.select.where(message.c.application_id == bindparam("of_application")), message.c.id)
_threads = (
    select(
        side.c.application_id,
        job.c.id,
        job.c.title,
        side.c.other_id,
        SHOWN_NAME,
        side.c.last_message_id,
        message.c.author_id,
        func.substr(message.c.text, 1, PREVIEW),
        message.c.created_at,
        side.c.read_up_to,
        side.c.unread,
    )
    .select_from(side)
    .join(message, message.c.id == side.c.last_message_id)
    .join(application, application.c.id == side.c.application_id)
    .join(job, job.c.id == application.c.job_id)
    .join(account, account.c.id == side.c.other_id)
    .where(side.c.account_id == bindparam("of_account"), side.c.last_message_id < bindparam("before"))
    .order_by(side.c.last_message_id.desc())
    .limit(bindparam("most"))
)
_unread = select(func.count(), cast(func.coalesce(func.sum(side.c.unread), 0), BigInteger)).where(
    side.c.account_id == bindparam("of_account"), side.c.unread > literal_column("0")
)


def page(connection: Connection, application_id: str, *, before: str | None, most: int) -> list[Message]:
    """Return at most ``most`` messages, the newest first, from those older than the id ``before``."""
    return _reader.page(connection, _page, of_application=application_id, before=before, most=most)


def threads(connection: Connection, account_id: str, *, before: str | None, most: int) -> list[Thread]:
    """Return at most ``most`` threads, those with the newest messages first.

    ``before`` is the id of a thread's last message; the page begins behind that thread.
    """
    rows = connection.run(_threads, of_account=account_id, before=before or BEHIND_ALL_IDS, most=most).all()
    return [Thread(*row) for row in rows]


def unread(connection: Connection, account_id: str) -> Unread:
    return Unread(*connection.run(_unread, of_account=account_id).one())
