"""Take an event in, once, with the task that applies it; a repeat is answered and forgotten."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.cause import Cause
from domain.database import Connection
from domain.inbox.tables import inbox
from domain.inbox.work import Process
from domain.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

_insert = (
    upsert(inbox)
    .values(
        provider=bindparam("provider"),
        event_id=bindparam("event_id"),
        payload=bindparam("payload"),
        received_at=bindparam("received_at"),
    )
    .on_conflict_do_nothing()
)


def receive(connection: Connection, cause: Cause, *, provider: str, event_id: str, payload: str) -> bool:
    """True when the event is new.  The payload's signature was checked by the caller."""
    row = connection.run(_insert, provider=provider, event_id=event_id, payload=payload, received_at=cause.now)
    if not row.changed:
        return False
    enqueue(connection, cause, Process(provider=provider, event_id=event_id))
    return True
