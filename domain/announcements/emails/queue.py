"""Queue an e-mail of an event, once."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.announcements.emails.states import EmailState
from domain.announcements.emails.tables import email
from domain.announcements.emails.work import Send
from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

_insert = (
    upsert(email)
    .values(
        id=bindparam("id"),
        account_id=bindparam("account_id"),
        kind=bindparam("kind"),
        subject_id=bindparam("subject_id"),
        occasion=bindparam("occasion"),
        status=EmailState.QUEUED.value,
        created_at=bindparam("created_at"),
        correlation_id=bindparam("correlation_id"),
    )
    .on_conflict_do_nothing()
)


def queue_email(
    connection: Connection, cause: Cause, *, account_id: str, kind: str, subject_id: str, occasion: str
) -> None:
    """A repeat changes nothing."""
    new_id = cause.new_id("eml")
    made = connection.run(
        _insert,
        id=new_id,
        account_id=account_id,
        kind=kind,
        subject_id=subject_id,
        occasion=occasion,
        created_at=cause.now,
        correlation_id=cause.correlation_id,
    )
    if made.changed:
        enqueue(connection, cause, Send(email_id=new_id))
