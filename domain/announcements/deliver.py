"""Store a notification for the app's list, and queue its deliveries; a repeat changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam

from domain.announcements import recipient
from domain.announcements.catalogue import CATALOGUE, Entry
from domain.announcements.compose import compose
from domain.announcements.deliveries.queue import queue_delivery
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.tables import notification
from domain.notifications.work import Deliver
from domain.schema.upsert import upsert

_insert = (
    upsert(notification)
    .values(
        id=bindparam("id"),
        account_id=bindparam("account_id"),
        kind=bindparam("kind"),
        subject_id=bindparam("subject_id"),
        occasion=bindparam("occasion"),
        title=bindparam("title"),
        body=bindparam("body"),
        path=bindparam("path"),
        created_at=bindparam("created_at"),
        correlation_id=bindparam("correlation_id"),
    )
    .on_conflict_do_nothing()
)


def deliver(connection: Connection, cause: Cause, work: Deliver, catalogue: Mapping[Kind, Entry] = CATALOGUE) -> bool:
    """Store the notification and queue its deliveries; return False for no account, or when ``compose`` returns None.

    The notification stores its text: its subject may change later, or be deleted.
    """
    reader = recipient.find(connection, work.account_id)
    notice = None if reader is None else compose(connection, work.kind, work.subject_id, reader, cause.now, catalogue)
    if notice is None:
        return False
    if notice.entry.in_app:
        connection.run(
            _insert,
            id=cause.new_id("ntf"),
            account_id=work.account_id,
            kind=work.kind,
            subject_id=work.subject_id,
            occasion=work.occasion,
            title=notice.text.title,
            body=notice.body,
            path=notice.path,
            created_at=cause.now,
            correlation_id=cause.correlation_id,
        )
    for channel in notice.entry.channels:
        queue_delivery(connection, cause, channel, work)
    return True
