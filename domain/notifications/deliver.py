"""Put a notification under the bell; a repeat changes nothing."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import BY_EMAIL_ONLY
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
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)


def deliver(connection: Connection, cause: Cause, work: Deliver) -> None:
    if work.kind in BY_EMAIL_ONLY:
        return
    connection.run(
        _insert,
        id=cause.new_id("ntf"),
        account_id=work.account_id,
        kind=work.kind,
        subject_id=work.subject_id,
        occasion=work.occasion,
        created_at=cause.now,
    )
