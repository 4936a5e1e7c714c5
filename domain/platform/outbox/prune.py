"""Delete what is finished: rows after a day, attempts after 400 days for money and 30 otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from domain.database import Connection
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import attempt, in_status, outbox
from domain.schema import Instant

BATCH = 500
_old_rows = (
    select(outbox.c.id)
    .where(
        in_status(TaskStatus.DONE, TaskStatus.CANCELLED),
        outbox.c.finished_at < bindparam("before", type_=Instant()),
    )
    .limit(BATCH)
)
_delete_rows = delete(outbox).where(outbox.c.id.in_(_old_rows))
_MONEY = ("payments", "refunds", "payouts")
"""Nouns whose attempts record what was requested from a provider about money."""
_first = select(func.min(attempt.c.task).label("task")).cte("names", recursive=True)
_names = _first.union_all(
    select(select(func.min(attempt.c.task)).where(attempt.c.task > _first.c.task).scalar_subquery()).where(
        _first.c.task.is_not(None)
    )
)
_tasks = select(_names.c.task).where(_names.c.task.is_not(None))
"""The names of tasks that have attempts: the query takes one step in the index for each name."""
_old_attempts = (
    select(attempt.c.outbox_id, attempt.c.n)
    .where(attempt.c.task == bindparam("of_task"), attempt.c.started_at < bindparam("before", type_=Instant()))
    .limit(BATCH)
)
_delete_attempt = delete(attempt).where(
    attempt.c.outbox_id == bindparam("row_id", required=True), attempt.c.n == bindparam("nth", required=True)
)


def prune_rows(connection: Connection, *, finished_before: datetime) -> int:
    """Delete at most 500 finished rows in a transaction; return their number.

    The caller repeats the call until the result is 0.  Dead rows are never deleted.
    """
    return connection.run(_delete_rows, before=finished_before).changed


def prune_attempts(connection: Connection, *, other_before: datetime, money_before: datetime) -> int:
    """Delete at most 500 attempts of each task in a transaction; return their number."""
    gone = 0
    for (task,) in connection.run(_tasks).all():
        before = money_before if task.partition(".")[0] in _MONEY else other_before
        old = connection.run(_old_attempts, of_task=task, before=before).all()
        if old:
            gone += connection.run_many(_delete_attempt, [{"row_id": row[0], "nth": row[1]} for row in old])
    return gone
