"""Find queues without a consumer: their rows were sent, and no Celery worker takes one, though it may be alive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec
from sqlalchemy import String, bindparam, func, select

from domain.database import Connection
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import attempt, due_since, in_status, outbox
from domain.schema import Instant


class Unserved(msgspec.Struct, frozen=True):
    """A queue without a consumer.  ``rows`` were sent and wait.  ``since``: no row was taken from then on."""

    queue: str
    rows: int
    since: datetime


class _Sent(msgspec.Struct, frozen=True):
    """Rows of one task.  ``oldest``: when the first became due, because ``sent_at`` is renewed with each message."""

    queue: str
    task: str
    rows: int
    oldest: datetime


_sent = (
    select(outbox.c.queue, outbox.c.task, func.count(), func.min(due_since, type_=Instant()))
    .where(in_status(TaskStatus.SENT))
    .group_by(outbox.c.queue, outbox.c.task)
    .order_by(outbox.c.queue)
)
_at_work = (
    select(outbox.c.queue)
    .where(in_status(TaskStatus.RUNNING), outbox.c.lease_until > bindparam("now", type_=Instant()))
    .distinct()
)
_last_start = select(func.max(attempt.c.started_at, type_=Instant())).where(
    attempt.c.task == bindparam("of_task", type_=String())
)


def unserved(connection: Connection, *, now: datetime, before: datetime) -> list[Unserved]:
    """Return the queues that have had rows to take since ``before`` and no attempt since.

    A queue is served, however slowly, when a Celery worker holds one of its rows.
    """
    sent = [_Sent(*row) for row in connection.run(_sent).all()]
    if not any(s.oldest < before for s in sent):
        return []
    at_work = {row[0] for row in connection.run(_at_work, now=now).all()}
    by_queue = [(queue, list(tasks)) for queue, tasks in groupby(sent, key=lambda s: s.queue)]
    found = [_look(connection, queue, tasks) for queue, tasks in by_queue if queue not in at_work]
    return [queue for queue in found if queue.since < before]


def _look(connection: Connection, queue: str, tasks: Sequence[_Sent]) -> Unserved:
    times = [min(s.oldest for s in tasks)]
    for s in tasks:
        started: datetime | None = connection.run(_last_start, of_task=s.task).scalar()
        if started is not None:
            times.append(started)
    return Unserved(queue, sum(s.rows for s in tasks), max(times))
