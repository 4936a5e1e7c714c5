"""Read a person's notifications, newest first, and the number of unread ones."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.notifications.tables import notification
from domain.schema.reader import Reader, newest_first

MOST_COUNTED = 100
"""The highest count: the app needs no higher number, and counting must not take longer for an account with more."""


class Notification(msgspec.Struct, frozen=True):
    id: str
    kind: str
    subject_id: str
    title: str
    body: str
    path: str
    created_at: datetime
    read_at: datetime | None


_reader = Reader(notification, Notification)
_page = newest_first(_reader.select.where(notification.c.account_id == bindparam("of_account")), notification.c.id)
_unread = (
    select(notification.c.id)
    .where(notification.c.account_id == bindparam("of_account"), notification.c.read_at.is_(None))
    .limit(bindparam("most"))
)


def page(connection: Connection, account_id: str, *, before: str | None, most: int) -> list[Notification]:
    return _reader.page(connection, _page, of_account=account_id, before=before, most=most)


def unread(connection: Connection, account_id: str) -> int:
    """Return how many notifications are unread, at most :data:`MOST_COUNTED`."""
    return len(connection.run(_unread, of_account=account_id, most=MOST_COUNTED).all())
