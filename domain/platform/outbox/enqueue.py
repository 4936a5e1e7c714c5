"""Queue a task: write an outbox row in the transaction of the change that needs it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam

from domain.cause import Cause
from domain.database import Connection, Rows
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import AT_ONCE, outbox
from domain.platform.outbox.work import Work
from domain.schema.upsert import upsert

_insert = (
    upsert(outbox)
    .values(
        id=bindparam("id"),
        task=bindparam("task"),
        args=bindparam("args"),
        queue=bindparam("queue"),
        status=TaskStatus.PENDING.value,
        run_at=bindparam("run_at"),
        attempts=0,
        lease_token=0,
        correlation_id=bindparam("correlation_id"),
        unique_key=bindparam("unique_key"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)


def enqueue(
    connection: Connection,
    cause: Cause,
    work: Work,
    *,
    run_at: datetime | None = None,
    unique_key: str | None = None,
) -> str | None:
    """Queue the task and return the new row's id (``tsk_…``).

    Return None, and queue nothing, when ``unique_key`` was queued before.  Without ``run_at`` the row is due at once.
    """
    row_id, rows = _queue(connection, cause, work, run_at, unique_key)
    return row_id if unique_key is None or rows.changed else None


def ensure_queued(connection: Connection, cause: Cause, work: Work, *, unique_key: str) -> None:
    """Queue a task under a unique key, as ``enqueue``, without waiting for the database to report whether it is new."""
    _queue(connection, cause, work, None, unique_key)


def _queue(
    connection: Connection, cause: Cause, work: Work, run_at: datetime | None, unique_key: str | None
) -> tuple[str, Rows]:
    row_id = cause.new_id("tsk")
    rows = connection.run(
        _insert,
        id=row_id,
        task=work.task,
        args=msgspec.json.encode(work).decode(),
        queue=work.queue,
        run_at=run_at or AT_ONCE,
        correlation_id=cause.correlation_id,
        unique_key=unique_key,
        created_at=cause.now,
    )
    return row_id, rows
