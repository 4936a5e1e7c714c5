"""What the relay asks and notes: rows that are due, rows that were sent, rows whose message got lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

import msgspec
from sqlalchemy import bindparam, func, not_, select, union_all, update

from domain.database import Connection
from domain.outbox.states import TaskState
from domain.outbox.tables import AT_ONCE, in_state, is_at_once, outbox
from domain.schema import Instant, one_of


class Due(msgspec.Struct, frozen=True):
    id: str
    task: str
    args: str


_waiting = select(outbox.c.id, outbox.c.task, outbox.c.args, outbox.c.run_at).where(
    outbox.c.queue == bindparam("of_queue"), in_state(TaskState.PENDING), one_of(outbox.c.task, "known")
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
_stranger = (
    select(outbox.c.task)
    .where(
        outbox.c.queue == bindparam("of_queue"),
        in_state(TaskState.PENDING),
        outbox.c.run_at <= bindparam("now", type_=Instant()),
        not_(one_of(outbox.c.task, "known")),
    )
    .order_by(outbox.c.run_at, outbox.c.id)
    .limit(1)
)
_next_run_at = select(func.min(outbox.c.run_at, type_=Instant())).where(
    outbox.c.queue == bindparam("of_queue"),
    in_state(TaskState.PENDING),
    outbox.c.run_at > bindparam("now", type_=Instant()),
)
_sent = (
    update(outbox)
    .where(one_of(outbox.c.id, "ids"), in_state(TaskState.PENDING))
    .values(state=TaskState.SENT.value, sent_at=bindparam("now", type_=Instant()))
)
_count_sent = select(func.count()).where(outbox.c.queue == bindparam("of_queue"), in_state(TaskState.SENT))
_count_running = select(func.count()).where(
    outbox.c.queue == bindparam("of_queue"),
    in_state(TaskState.RUNNING),
    outbox.c.lease_until > bindparam("ever", AT_ONCE, type_=Instant()),  # true; it leads to the index of what runs
)
_KINDS = (True, False)
_unclaimed = (
    select(outbox.c.id, outbox.c.task, outbox.c.args)
    .where(
        outbox.c.queue == bindparam("of_queue"),
        in_state(TaskState.SENT),
        outbox.c.sent_at <= bindparam("before", type_=Instant()),
    )
    .order_by(outbox.c.sent_at, outbox.c.id)
    .limit(bindparam("most"))
)
_touch = (
    update(outbox)
    .where(one_of(outbox.c.id, "ids"), in_state(TaskState.SENT))
    .values(sent_at=bindparam("now", type_=Instant()))
)


def due(connection: Connection, queue: str, *, now: datetime, most: int, known: Sequence[str]) -> list[Due]:
    """The oldest ``most`` rows of a queue that may run now, of the tasks that this release knows.

    Rows that were due when they were made and rows whose time has come take turns, so that neither kind starves.
    Others (of the next release, during a rolling deploy) stay pending and stand in nobody's way.
    """
    rows = connection.run(_due, of_queue=queue, now=now, most=most, known=list(known)).all()
    kinds = [[Due(*row) for *row, run_at in rows if (run_at == AT_ONCE) is kind] for kind in _KINDS]
    return [row for turn in zip_longest(*kinds) for row in turn if row is not None][:most]


def stranger(connection: Connection, queue: str, *, now: datetime, known: Sequence[str]) -> str | None:
    """The task of the oldest row that is due and that ``due`` leaves alone."""
    found: str | None = connection.run(_stranger, of_queue=queue, now=now, known=list(known)).scalar()
    return found


def next_run_at(connection: Connection, queue: str, *, now: datetime) -> datetime | None:
    """When the queue's next row falls due; None when none waits."""
    found: datetime | None = connection.run(_next_run_at, of_queue=queue, now=now).scalar()
    return found


def mark_sent(connection: Connection, ids: Sequence[str], *, now: datetime) -> int:
    """Rows that a worker claimed in the meantime are left alone."""
    return connection.run(_sent, ids=list(ids), now=now).changed


def count_sent(connection: Connection, queue: str) -> int:
    """How much of the queue's window is taken."""
    return int(connection.run(_count_sent, of_queue=queue).scalar())


def count_running(connection: Connection, queue: str) -> int:
    """How many rows of the queue Celery workers hold."""
    return int(connection.run(_count_running, of_queue=queue).scalar())


def unclaimed(connection: Connection, queue: str, *, sent_before: datetime, most: int) -> list[Due]:
    """Sent rows that nobody claimed: the oldest ``most`` of them."""
    return [Due(*row) for row in connection.run(_unclaimed, of_queue=queue, before=sent_before, most=most).all()]


def mark_resent(connection: Connection, ids: Sequence[str], *, now: datetime) -> int:
    return connection.run(_touch, ids=list(ids), now=now).changed
