"""Record a change of status, in the transaction of the change."""

from __future__ import annotations

from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.database import Connection
from domain.history.tables import history

_insert = insert(history).values(
    id=bindparam("id"),
    subject_id=bindparam("subject_id"),
    from_status=bindparam("from_status"),
    to_status=bindparam("to_status"),
    actor=bindparam("actor"),
    correlation_id=bindparam("correlation_id"),
    at=bindparam("at"),
)


def record(connection: Connection, cause: Cause, subject_id: str, before: str | None, after: str) -> str:
    """Store the change and return its id."""
    change_id = cause.new_id("his")
    connection.run(
        _insert,
        id=change_id,
        subject_id=subject_id,
        from_status=before,
        to_status=after,
        actor=cause.actor,
        correlation_id=cause.correlation_id,
        at=cause.now,
    )
    return change_id
