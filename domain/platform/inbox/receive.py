"""Store an event once, with the task that applies it; the provider's repeats change nothing."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.cause import Cause
from domain.database import Connection, Rows
from domain.platform.inbox.tables import inbox
from domain.platform.inbox.work import Process, process_key
from domain.platform.outbox.enqueue import ensure_queued
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


def receive(connection: Connection, cause: Cause, *, provider: str, event_id: str, payload: str) -> Rows:
    """Store the event and queue its task; return rows whose ``changed`` is 1 for a new event, 0 for a repeat.

    The caller has checked the payload's signature.  Nothing here waits for an answer of the database: the task's unique
    key prevents a repeat from queueing it again.  A repeat after the finished task was pruned queues another task,
    which finds the event handled.
    """
    rows = connection.run(_insert, provider=provider, event_id=event_id, payload=payload, received_at=cause.now)
    work = Process(provider=provider, event_id=event_id)
    ensure_queued(connection, cause, work, unique_key=process_key(work))
    return rows
