"""Read an event for its task, and mark it as handled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, tuple_, update

from domain.cause import Cause
from domain.database import Connection
from domain.platform.inbox.alarms import IS_ALARM
from domain.platform.inbox.states import EventOutcome
from domain.platform.inbox.tables import inbox
from domain.schema import Instant

_open = select(inbox.c.payload).where(
    inbox.c.provider == bindparam("from_provider"),
    inbox.c.event_id == bindparam("of_event"),
    inbox.c.handled_at.is_(None),
)
_stamp = (
    update(inbox)
    .where(inbox.c.provider == bindparam("from_provider"), inbox.c.event_id == bindparam("of_event"))
    .values(
        handled_at=bindparam("now", type_=Instant()),
        outcome=bindparam("became"),
        detail=bindparam("because"),
        subject_id=bindparam("about"),
    )
)
_old = (
    select(inbox.c.provider, inbox.c.event_id)
    .where(inbox.c.received_at < bindparam("before", type_=Instant()), inbox.c.handled_at.is_not(None))
    .where(~IS_ALARM)
    .limit(500)
)
_delete_old = delete(inbox).where(tuple_(inbox.c.provider, inbox.c.event_id).in_(_old))


def payload_of(connection: Connection, provider: str, event_id: str) -> str | None:
    """Return the raw event; None once it was handled."""
    found: str | None = connection.run(_open, from_provider=provider, of_event=event_id).scalar()
    return found


def stamp(
    connection: Connection,
    cause: Cause,
    provider: str,
    event_id: str,
    outcome: EventOutcome,
    detail: str | None = None,
    subject_id: str | None = None,
) -> None:
    """Mark the event as handled; ``subject_id`` names the object that it was about."""
    connection.run(
        _stamp,
        from_provider=provider,
        of_event=event_id,
        now=cause.now,
        became=outcome.value,
        because=detail,
        about=subject_id,
    )


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete handled events received before then, at most 500 in a transaction; return their number.

    Alarms are never deleted: they are evidence.
    """
    return connection.run(_delete_old, before=before).changed
