"""The relay's queries and updates: rows that are due, rows that were sent, rows whose message got lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

import msgspec
from sqlalchemy import bindparam, func, not_, select, union_all, update

from domain.database import Connection, Rows
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import AT_ONCE, in_status, is_at_once, outbox
from domain.schema import Instant, one_of


class Outlook(msgspec.Struct, frozen=True):
    """A queue before the relay reads its rows.

    ``sent``: rows whose message went out.  ``running``: rows that Celery workers hold, zero for a queue without a
    limit.  ``first_run_at``: when the queue's first pending row is due, None when none waits.
    """

    sent: int
    running: int
    first_run_at: datetime | None


class Due(msgspec.Struct, frozen=True):
    id: str
    task: str
    args: str


_waiting = select(outbox.c.id, outbox.c.task, outbox.c.args, outbox.c.run_at).where(
    outbox.c.queue == bindparam("of_queue"), in_status(TaskStatus.PENDING), one_of(outbox.c.task, "known")
)
_made_now = _waiting.where(is_at_once).order_by(outbox.c.id).limit(bindparam("most"))
_fell_due = (
    _waiting.where(
        outbox.c.run_at > bindparam("at_once", AT_ONCE, type_=Instant()),
        outbox.c.run_at <= bindparam("now", type_=Instant()),
    )
    .order_by(outbox.c.run_at, outbox.c.id)
    .limit(bindparam("most"))
)
_due = union_all(select(_made_now.subquery()), select(_fell_due.subquery()))
_unknown_task = (
    select(outbox.c.task)
    .where(
        outbox.c.queue == bindparam("of_queue"),
        in_status(TaskStatus.PENDING),
        outbox.c.run_at <= bindparam("now", type_=Instant()),
        not_(one_of(outbox.c.task, "known")),
    )
    .order_by(outbox.c.run_at, outbox.c.id)
    .limit(1)
)
_first_run_at = select(func.min(outbox.c.run_at, type_=Instant())).where(
    outbox.c.queue == bindparam("of_queue"), in_status(TaskStatus.PENDING)
)
_next_run_at = select(func.min(outbox.c.run_at, type_=Instant())).where(
    outbox.c.queue == bindparam("of_queue"),
    in_status(TaskStatus.PENDING),
    outbox.c.run_at > bindparam("now", type_=Instant()),
)
_sent = (
    update(outbox)
    .where(one_of(outbox.c.id, "ids"), in_status(TaskStatus.PENDING))
    .values(status=TaskStatus.SENT.value, sent_at=bindparam("now", type_=Instant()))
)
_count_sent = select(outbox.c.queue, func.count()).where(in_status(TaskStatus.SENT)).group_by(outbox.c.queue)
_count_running = select(func.count()).where(
    outbox.c.queue == bindparam("of_queue"),
    in_status(TaskStatus.RUNNING),
    outbox.c.lease_until > bindparam("ever", AT_ONCE, type_=Instant()),  # always true; selects the running rows' index
)
_KINDS = (True, False)
_unclaimed = (
    select(outbox.c.id, outbox.c.task, outbox.c.args)
    .where(
        outbox.c.queue == bindparam("of_queue"),
        in_status(TaskStatus.SENT),
        outbox.c.sent_at <= bindparam("before", type_=Instant()),
    )
    .order_by(outbox.c.sent_at, outbox.c.id)
    .limit(bindparam("most"))
)
_touch = (
    update(outbox)
    .where(one_of(outbox.c.id, "ids"), in_status(TaskStatus.SENT))
    .values(sent_at=bindparam("now", type_=Instant()))
)


def outlook(connection: Connection, queues: Sequence[str], *, limited: Sequence[str] = ()) -> dict[str, Outlook]:
    """Return the state of each queue; count running rows for ``limited``.  One round trip on PostgreSQL."""
    sent = connection.run(_count_sent)
    first = {queue: connection.run(_first_run_at, of_queue=queue) for queue in queues}
    running = {queue: connection.run(_count_running, of_queue=queue) for queue in limited}
    counts: dict[str, int] = dict(tuple(row) for row in sent.all())
    return {
        queue: Outlook(
            sent=int(counts.get(queue, 0)),
            running=int(running[queue].scalar()) if queue in running else 0,
            first_run_at=first[queue].scalar(),
        )
        for queue in queues
    }


def due(
    connection: Connection, most: Mapping[str, int], *, now: datetime, known: Sequence[str]
) -> dict[str, list[Due]]:
    """Return the oldest rows of each queue that may run now, of tasks that this release knows; ``most`` of each queue.

    Rows that were due when they were made and rows whose time has come alternate, so that neither kind starves.  Rows
    of other tasks (of the next release, during a rolling deploy) stay pending and block nothing.  One round trip on
    PostgreSQL.
    """
    asked = {
        queue: connection.run(_due, of_queue=queue, now=now, most=count, known=list(known))
        for queue, count in most.items()
    }
    return {queue: _in_turns(rows)[: most[queue]] for queue, rows in asked.items()}


def _in_turns(rows: Rows) -> list[Due]:
    kinds = [[Due(*row) for *row, run_at in rows.all() if (run_at == AT_ONCE) is kind] for kind in _KINDS]
    return [row for turn in zip_longest(*kinds) for row in turn if row is not None]


def unknown_task(connection: Connection, queue: str, *, now: datetime, known: Sequence[str]) -> str | None:
    """Return the task of the oldest due row that ``due`` leaves alone; None when there is none."""
    found: str | None = connection.run(_unknown_task, of_queue=queue, now=now, known=list(known)).scalar()
    return found


def next_run_at(connection: Connection, queues: Sequence[str], *, now: datetime) -> datetime | None:
    """Return when the next row of these queues becomes due; None when none waits.  One round trip on PostgreSQL."""
    asked = [connection.run(_next_run_at, of_queue=queue, now=now) for queue in queues]
    return min((at for rows in asked if (at := rows.scalar()) is not None), default=None)


def mark_sent(connection: Connection, ids: Sequence[str], *, now: datetime) -> int:
    """Mark rows as sent; return their number.  Rows that a Celery worker has claimed meanwhile are left alone."""
    return connection.run(_sent, ids=list(ids), now=now).changed


def unclaimed(connection: Connection, queue: str, *, sent_before: datetime, most: int) -> list[Due]:
    """Return the oldest ``most`` sent rows that no Celery worker has claimed."""
    return [Due(*row) for row in connection.run(_unclaimed, of_queue=queue, before=sent_before, most=most).all()]


def mark_resent(connection: Connection, ids: Sequence[str], *, now: datetime) -> int:
    return connection.run(_touch, ids=list(ids), now=now).changed
