"""Let operators control tasks and queues.  The relay obeys these rows; every action records its actor."""

from __future__ import annotations

import msgspec
from sqlalchemy import Integer, bindparam, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Invalid, NotFound
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import in_status, outbox, queue_control
from domain.platform.outbox.work import AWAITED
from domain.schema import Instant
from domain.schema.upsert import upsert

LEAST_RATE, MOST_RATE = 0.001, 1_000_000.0
"""Rows a second; the database stores a whole number of rows in a thousand seconds."""


class QueueControl(msgspec.Struct, frozen=True):
    """An operator's settings of a queue.  ``rate_per_s``: at most that many rows a second; None for no limit."""

    queue: str
    paused: bool
    rate_per_s: float | None
    reason: str | None
    actor: str


_insert = upsert(queue_control).values(
    queue=bindparam("queue"),
    paused=bindparam("paused"),
    rate_per_1000_s=bindparam("rate_per_1000_s", type_=Integer()),
    reason=bindparam("reason"),
    actor=bindparam("actor"),
    changed_at=bindparam("changed_at", type_=Instant()),
)
_set_paused = _insert.on_conflict_do_update(
    index_elements=[queue_control.c.queue],
    set_={
        "paused": _insert.excluded.paused,
        "reason": _insert.excluded.reason,
        "actor": _insert.excluded.actor,
        "changed_at": _insert.excluded.changed_at,
    },
)
_set_rate = _insert.on_conflict_do_update(
    index_elements=[queue_control.c.queue],
    set_={
        "rate_per_1000_s": _insert.excluded.rate_per_1000_s,
        "actor": _insert.excluded.actor,
        "changed_at": _insert.excluded.changed_at,
    },
)
_controls = select(
    queue_control.c.queue,
    queue_control.c.paused,
    queue_control.c.rate_per_1000_s,
    queue_control.c.reason,
    queue_control.c.actor,
)
_status_of = select(outbox.c.status).where(outbox.c.id == bindparam("row_id"))
_place_of = select(outbox.c.task, outbox.c.queue).where(outbox.c.id == bindparam("row_id"))
_cancel = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row_id"),
        in_status(TaskStatus.PENDING, TaskStatus.SENT),
    )
    .values(
        status=TaskStatus.CANCELLED.value,
        finished_at=bindparam("now", type_=Instant()),
        error=bindparam("why"),
    )
)
_retry = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row_id"),
        in_status(TaskStatus.DEAD, TaskStatus.CANCELLED, TaskStatus.PENDING),
    )
    .values(
        status=TaskStatus.PENDING.value,
        run_at=bindparam("now", type_=Instant()),
        finished_at=None,
        sent_at=None,
        lease_until=None,
    )
)


def set_paused(connection: Connection, cause: Cause, queue: str, *, paused: bool, reason: str | None) -> None:
    connection.run(
        _set_paused,
        queue=queue,
        paused=paused,
        rate_per_1000_s=None,
        reason=reason,
        actor=cause.actor,
        changed_at=cause.now,
    )


def set_rate(connection: Connection, cause: Cause, queue: str, *, rate_per_s: float | None) -> None:
    """Limit the queue to ``rate_per_s`` rows a second; None removes the limit.  ``Invalid`` outside the range."""
    if rate_per_s is not None and not LEAST_RATE <= rate_per_s <= MOST_RATE:
        raise Invalid("queue_rate", f"A rate is from {LEAST_RATE:g} to {MOST_RATE:,.0f} a second.", "rate_per_s")
    connection.run(
        _set_rate,
        queue=queue,
        paused=False,
        rate_per_1000_s=None if rate_per_s is None else round(rate_per_s * 1000),
        reason=None,
        actor=cause.actor,
        changed_at=cause.now,
    )


def controls(connection: Connection) -> dict[str, QueueControl]:
    rows = connection.run(_controls).all()
    return {
        queue: QueueControl(queue, bool(paused), None if rate is None else rate / 1000, reason, actor)
        for queue, paused, rate, reason, actor in rows
    }


def cancel(connection: Connection, cause: Cause, row_id: str, *, why: str) -> None:
    """Cancel a task before it runs.  ``NotFound``; ``Conflict`` once it runs or has ended, and for an awaited queue."""
    for task, queue in connection.run(_place_of, row_id=row_id).all():
        if queue in AWAITED:
            raise Conflict("task_awaited", f"{task} cannot be cancelled. {AWAITED[queue]}")
    if not connection.run(_cancel, row_id=row_id, now=cause.now, why=f"{cause.actor}: {why}").changed:
        _refuse(connection, row_id, "cancelled")


def retry(connection: Connection, cause: Cause, row_id: str) -> None:
    """Make a dead, cancelled or waiting task due now.  ``NotFound``; ``Conflict`` for a task in any other status."""
    if not connection.run(_retry, row_id=row_id, now=cause.now).changed:
        _refuse(connection, row_id, "retried")


def _refuse(connection: Connection, row_id: str, verb: str) -> None:
    status = connection.run(_status_of, row_id=row_id).scalar()
    if status is None:
        raise NotFound("task")
    raise Conflict("task_status", f"A task that is {status} cannot be {verb}.")
