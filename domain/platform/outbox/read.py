"""Read tasks: lists for operators, counts for the exporter."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import String, bindparam, case, func, literal_column, null, select, type_coerce, union_all

from domain.database import Connection
from domain.errors import NotFound
from domain.platform.outbox.states import FINISHED, TaskStatus
from domain.platform.outbox.tables import AT_ONCE, attempt, due_since, in_status, is_at_once, outbox
from domain.schema import Instant
from domain.schema.reader import BEHIND_ALL_IDS, if_wanted, newest_first


class Task(msgspec.Struct, frozen=True):
    id: str
    task: str
    args: str
    queue: str
    status: str
    run_at: datetime
    attempts: int
    sent_at: datetime | None
    lease_until: datetime | None
    worker: str | None
    error: str | None
    correlation_id: str
    created_at: datetime
    finished_at: datetime | None


class AttemptRow(msgspec.Struct, frozen=True):
    n: int
    worker: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    provider_id: str | None
    detail: str | None


class QueueCount(msgspec.Struct, frozen=True):
    """The rows of one queue and status.  ``oldest`` is when the first of them became due."""

    queue: str
    status: str
    rows: int
    oldest: datetime


class Waiting(msgspec.Struct, frozen=True):
    """Pending rows of one queue.  ``later``: rows not due yet.  ``oldest``: when the first of all became due."""

    queue: str
    due: int
    later: int
    oldest: datetime


_all = select(*(due_since if name == "run_at" else outbox.c[name] for name in Task.__struct_fields__))
_list = newest_first(
    _all.where(
        if_wanted(outbox.c.status, "of_status"),
        if_wanted(outbox.c.task, "of_task"),
        if_wanted(outbox.c.correlation_id, "of_cause"),
    ),
    outbox.c.id,
)
_show = _all.where(outbox.c.id == bindparam("row_id"))
_attempts = (
    select(*(attempt.c[name] for name in AttemptRow.__struct_fields__))
    .where(attempt.c.outbox_id == bindparam("row_id"))
    .order_by(attempt.c.n)
)
_other = outbox.alias()
_first_made = (
    select(_other.c.created_at)
    .where(
        _other.c.queue == outbox.c.queue,
        _other.c.status == literal_column(f"'{TaskStatus.PENDING.value}'"),
        _other.c.run_at == bindparam("at_once", AT_ONCE, type_=Instant()),
    )
    .order_by(_other.c.id)
    .limit(1)
    .scalar_subquery()
)
_first_due = func.min(case((is_at_once, None), else_=outbox.c.run_at), type_=Instant())
# One part for each status: a partial index serves one literal, and done rows are by far the most.
_counts = union_all(
    *(
        select(
            outbox.c.queue,
            literal_column(f"'{status.value}'", String()),
            func.count(),
            _first_due if status is TaskStatus.PENDING else func.min(due_since, type_=Instant()),
            _first_made if status is TaskStatus.PENDING else type_coerce(null(), Instant()),
        )
        .where(in_status(status), *([outbox.c.finished_at.is_not(None)] if status in FINISHED else []))
        .group_by(outbox.c.queue)
        for status in (TaskStatus.PENDING, TaskStatus.SENT, TaskStatus.RUNNING, TaskStatus.DEAD)
    )
)
_is_due = outbox.c.run_at <= bindparam("now", type_=Instant())
_waiting = (
    select(
        outbox.c.queue,
        func.sum(case((_is_due, 1), else_=0)),
        func.sum(case((_is_due, 0), else_=1)),
        _first_due,
        _first_made,
    )
    .where(in_status(TaskStatus.PENDING))
    .group_by(outbox.c.queue)
)


def tasks(
    connection: Connection,
    *,
    status: str | None = None,
    task: str | None = None,
    cause: str | None = None,
    before: str | None = None,
    most: int,
) -> list[Task]:
    """Return tasks, newest first; ``cause`` is a correlation id, ``before`` the last id of the previous page."""
    wanted = {"of_status": status, "of_task": task, "of_cause": cause}
    rows = connection.run(_list, **wanted, before=before or BEHIND_ALL_IDS, most=most).all()
    return [Task(*row) for row in rows]


def task(connection: Connection, row_id: str) -> tuple[Task, list[AttemptRow]]:
    row = connection.run(_show, row_id=row_id).first()
    if row is None:
        raise NotFound("task")
    return Task(*row), [AttemptRow(*a) for a in connection.run(_attempts, row_id=row_id).all()]


def counts(connection: Connection) -> list[QueueCount]:
    """Return the numbers of open and dead rows by queue and status."""
    rows = connection.run(_counts).all()
    return [QueueCount(queue, status, count, _oldest(due, made)) for queue, status, count, due, made in rows]


def waiting(connection: Connection, now: datetime) -> list[Waiting]:
    """Return the numbers of pending rows by queue: those that could run now, and those that are for later."""
    rows = connection.run(_waiting, now=now).all()
    return [Waiting(queue, now_due, later, _oldest(due, made)) for queue, now_due, later, due, made in rows]


def _oldest(*times: datetime | None) -> datetime:
    """Return the earliest due time, of rows that became due later and of rows that were due when made.

    A group has at least one row.
    """
    return min(time for time in times if time is not None)
