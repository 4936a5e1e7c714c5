"""Forget what is finished: rows after a day, attempts after 400 days for money and 30 otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from domain.database import Connection
from domain.outbox.states import TaskState
from domain.outbox.tables import attempt, in_state, outbox
from domain.schema import Instant

BATCH = 500
_old_rows = (
    select(outbox.c.id)
    .where(
        in_state(TaskState.DONE, TaskState.CANCELLED),
        outbox.c.finished_at < bindparam("before", type_=Instant()),
    )
    .limit(BATCH)
)
_delete_rows = delete(outbox).where(outbox.c.id.in_(_old_rows))
_is_money = attempt.c.task.like("payments.%")
_old_attempts = (
    select(attempt.c.outbox_id, attempt.c.n)
    .where(attempt.c.started_at < bindparam("before", type_=Instant()), ~_is_money)
    .limit(BATCH)
)
_old_money_attempts = (
    select(attempt.c.outbox_id, attempt.c.n)
    .where(attempt.c.started_at < bindparam("before", type_=Instant()), _is_money)
    .limit(BATCH)
)
_delete_attempt = delete(attempt).where(
    attempt.c.outbox_id == bindparam("row_id", required=True), attempt.c.n == bindparam("nth", required=True)
)


def prune_rows(connection: Connection, *, finished_before: datetime) -> int:
    """At most 500 rows a transaction; call again until it returns 0.  Dead rows are kept."""
    return connection.run(_delete_rows, before=finished_before).changed


def prune_attempts(connection: Connection, *, other_before: datetime, money_before: datetime) -> int:
    old = connection.run(_old_attempts, before=other_before).all()
    old += connection.run(_old_money_attempts, before=money_before).all()
    if old:
        connection.run_many(_delete_attempt, [{"row_id": row[0], "nth": row[1]} for row in old])
    return len(old)
