"""Correct times that were written while the clock was ahead, once the clock has gone back.

Rows that are due at once have no time.  The other times are those of retries, later work, leases and messages: without
this correction, their rows would wait until the right clock has caught up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, func, select, update

from domain.database import Connection
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import attempt, in_status, outbox
from domain.schema import Instant

SLACK = timedelta(seconds=2)
"""Hosts whose clocks differ by less count as synchronous."""

_last_end = (
    select(func.max(attempt.c.finished_at, type_=Instant())).where(attempt.c.outbox_id == outbox.c.id).scalar_subquery()
)
_written = case((outbox.c.attempts > 0, _last_end), else_=outbox.c.created_at)
_late = select(outbox.c.id, outbox.c.run_at, _written).where(
    in_status(TaskStatus.PENDING),
    outbox.c.run_at > bindparam("now", type_=Instant()),
    _written > bindparam("longest", type_=Instant()),
)
_set_time = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("of_id"),
        in_status(TaskStatus.PENDING),
        outbox.c.run_at == bindparam("was", type_=Instant()),
    )
    .values(
        run_at=bindparam("at", type_=Instant()),
        created_at=case(
            (outbox.c.created_at > bindparam("now", type_=Instant()), bindparam("now", type_=Instant())),
            else_=outbox.c.created_at,
        ),
    )
)
_is_leased_longer = in_status(TaskStatus.RUNNING) & (outbox.c.lease_until > bindparam("longest", type_=Instant()))
_leased_longer = select(outbox.c.id).where(_is_leased_longer).limit(1)
_shorten = update(outbox).where(_is_leased_longer).values(lease_until=bindparam("until", type_=Instant()))
_is_sent_later = in_status(TaskStatus.SENT) & (outbox.c.sent_at > bindparam("longest", type_=Instant()))
_sent_later = select(outbox.c.id).where(_is_sent_later).limit(1)
_was_sent = update(outbox).where(_is_sent_later).values(sent_at=bindparam("now", type_=Instant()))


class Late(msgspec.Struct, frozen=True):
    """A row that waits for ``run_at``, a time written by a clock that was ahead by ``ahead``."""

    id: str
    run_at: datetime
    ahead: timedelta


def find_late(connection: Connection, *, now: datetime) -> list[Late]:
    """Return the pending rows that were written after ``now``: none, unless a clock was ahead."""
    rows = connection.run(_late, now=now, longest=now + SLACK).all()
    return [Late(row_id, run_at, written - now) for row_id, run_at, written in rows]


def bring_back(connection: Connection, late: Sequence[Late], *, now: datetime) -> int:
    """Move rows back by as much as the clock was ahead, so that each has its intended wait; return their number.

    A row that has changed since it was found is left alone.  A row without attempts counts as made now, and is not
    found again.  A row that waits for a retry is found again, and can then run early.
    """
    moved = [{"of_id": row.id, "was": row.run_at, "at": row.run_at - row.ahead, "now": now} for row in late]
    return connection.run_many(_set_time, moved)


def is_held_too_long(connection: Connection, *, now: datetime, lease: timedelta) -> bool:
    """Return whether ``release`` has anything to do."""
    leased = connection.run(_leased_longer, longest=now + lease + SLACK).first()
    return leased is not None or connection.run(_sent_later, longest=now + SLACK).first() is not None


def release(connection: Connection, *, now: datetime, lease: timedelta) -> int:
    """Shorten what a clock that was ahead has blocked; return the number of rows.

    A lease is at most ``lease`` long: its holder, if still alive, renews it.  A message counts as sent now.
    """
    leases = connection.run(_shorten, longest=now + lease + SLACK, until=now + lease).changed
    return leases + connection.run(_was_sent, longest=now + SLACK, now=now).changed
