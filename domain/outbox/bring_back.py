"""Mend what was written while the clock was ahead, once it has gone back.

Rows that are due at once carry no time.  What is left are the times of retries and of later work, of leases and of
messages: without this they would hold until the right clock has caught up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, select, update

from domain.database import Connection
from domain.outbox.states import TaskState
from domain.outbox.tables import attempt, in_state, outbox
from domain.schema import Instant

SLACK = timedelta(seconds=2)
"""Hosts whose clocks differ by less are taken to agree."""

_last_end = (
    select(func.max(attempt.c.finished_at, type_=Instant())).where(attempt.c.outbox_id == outbox.c.id).scalar_subquery()
)
_later = select(
    outbox.c.id, outbox.c.run_at, case((outbox.c.attempts > 0, _last_end), else_=outbox.c.created_at)
).where(in_state(TaskState.PENDING), outbox.c.run_at > bindparam("now", type_=Instant()))
_set_time = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), in_state(TaskState.PENDING))
    .values(run_at=bindparam("at", type_=Instant()))
)
_shorten = (
    update(outbox)
    .where(in_state(TaskState.RUNNING), outbox.c.lease_until > bindparam("longest", type_=Instant()))
    .values(lease_until=bindparam("until", type_=Instant()))
)
_was_sent = (
    update(outbox)
    .where(in_state(TaskState.SENT), outbox.c.sent_at > bindparam("longest", type_=Instant()))
    .values(sent_at=bindparam("now", type_=Instant()))
)


def bring_back(connection: Connection, *, now: datetime, lease: timedelta) -> int:
    """Move the times that a clock ahead of ``now`` wrote back by as much as it was ahead; how many rows.

    A row that waits keeps the wait that it was given.  A lease is at most ``lease`` long: its holder, if it lives,
    renews it.  A message counts as sent now.
    """
    late = [
        (row_id, run_at - (written - now))
        for row_id, run_at, written in connection.run(_later, now=now).all()
        if written is not None and written > now + SLACK
    ]
    if late:
        connection.run_many(_set_time, [{"of_id": row_id, "at": at} for row_id, at in late])
    leases = connection.run(_shorten, longest=now + lease + SLACK, until=now + lease).changed
    return len(late) + leases + connection.run(_was_sent, longest=now + SLACK, now=now).changed
