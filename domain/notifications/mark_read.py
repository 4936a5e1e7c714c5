"""Mark one notification as read, or all up to one; a repeat changes nothing."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.notifications.read import Notification
from domain.notifications.tables import notification
from domain.schema import Instant

_one = select(*(notification.c[name] for name in Notification.__struct_fields__)).where(
    notification.c.id == bindparam("notification_id"), notification.c.account_id == bindparam("of_account")
)
_read = (
    update(notification)
    .where(
        notification.c.id == bindparam("notification_id"),
        notification.c.account_id == bindparam("of_account"),
        notification.c.read_at.is_(None),
    )
    .values(read_at=bindparam("now", type_=Instant()))
)
_read_all = (
    update(notification)
    .where(
        notification.c.account_id == bindparam("of_account"),
        notification.c.id <= bindparam("up_to"),
        notification.c.read_at.is_(None),
    )
    .values(read_at=bindparam("now", type_=Instant()))
)


def mark_read(connection: Connection, cause: Cause, notification_id: str) -> Notification:
    """Mark the notification as read and return it; ``NotFound`` unless it is the actor's."""
    connection.run(_read, notification_id=notification_id, of_account=cause.actor, now=cause.now)
    row = connection.run(_one, notification_id=notification_id, of_account=cause.actor).first()
    if row is None:
        raise NotFound("notification")
    return Notification(*row)


def mark_all_read(connection: Connection, cause: Cause, up_to: str | None) -> int:
    """Mark the actor's notifications as read; return how many were unread.

    ``up_to`` is the newest one that the caller saw, so that later ones stay unread.
    """
    return connection.run(_read_all, of_account=cause.actor, up_to=up_to or "~", now=cause.now).changed
