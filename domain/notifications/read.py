"""A person's notifications, newest first."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.notifications.tables import notification


class Notification(msgspec.Struct, frozen=True):
    id: str
    kind: str
    subject_id: str
    created_at: datetime
    read_at: datetime | None


_page = (
    select(*(notification.c[name] for name in Notification.__struct_fields__))
    .where(notification.c.account_id == bindparam("of_account"), notification.c.id < bindparam("before"))
    .order_by(notification.c.id.desc())
    .limit(bindparam("most"))
)


def page(connection: Connection, account_id: str, *, before: str | None, most: int) -> list[Notification]:
    rows = connection.run(_page, of_account=account_id, before=before or "~", most=most).all()
    return [Notification(*row) for row in rows]
