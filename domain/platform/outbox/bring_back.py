"""Mend what was written while the clock was ahead, once it has gone back.

Rows that are due at once carry no time.  What is left are the times of retries and of later work, of leases and of
messages: without this they would hold until the right clock has caught up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, func, select, update

from domain.database import Connection
from domain.platform.outbox.states import TaskState
from domain.platform.outbox.tables import attempt, in_state, outbox
from domain.schema import Instant

SLACK = timedelta(seconds=2)
"""Hosts whose clocks differ by less are taken to agree."""

_last_end = (
    select(func.max(attempt.c.finished_at, type_=Instant())).where(attempt.c.outbox_id == outbox.c.id).scalar_subquery()
)
_written = case((outbox.c.attempts > 0, _last_end), else_=outbox.c.created_at)
_late = select(outbox.c.id, outbox.c.run_at, _written).where(
    in_state(TaskState.PENDING),
    outbox.c.run_at > bindparam("now", type_=Instant()),
    _written > bindparam("longest", type_=Instant()),
)
_set_time = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("of_id"),
        in_state(TaskState.PENDING),
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
_is_leased_longer = in_state(TaskState.RUNNING) & (outbox.c.lease_until > bindparam("longest", type_=Instant()))
_leased_longer = select(outbox.c.id).where(_is_leased_longer).limit(1)
_shorten = update(outbox).where(_is_leased_longer).values(lease_until=bindparam("until", type_=Instant()))
_is_sent_later = in_state(TaskState.SENT) & (outbox.c.sent_at > bindparam("longest", type_=Instant()))
_sent_later = select(outbox.c.id).where(_is_sent_later).limit(1)
_was_sent = update(outbox).where(_is_sent_later).values(sent_at=bindparam("now", type_=Instant()))


class Late(msgspec.Struct, frozen=True):
    """A row that waits for ``run_at``, which a clock ahead by ``ahead`` wrote."""

    id: str
    run_at: datetime
    ahead: timedelta


def find_late(connection: Connection, *, now: datetime) -> list[Late]:
    """Pending rows that were written after ``now``: none, unless a clock was ahead."""
    rows = connection.run(_late, now=now, longest=now + SLACK).all()
    return [Late(row_id, run_at, written - now) for row_id, run_at, written in rows]


def bring_back(connection: Connection, late: Sequence[Late], *, now: datetime) -> int:
    """Move rows back by as much as the clock was ahead, so that each keeps the wait that it was given; how many.

    A row that has changed since it was found is left alone.  A row without attempts counts as made now, and is not
    found again; a row that waits to be tried again is, and can then run early.
    """
    moved = [{"of_id": row.id, "was": row.run_at, "at": row.run_at - row.ahead, "now": now} for row in late]
    return connection.run_many(_set_time, moved)


def is_held_too_long(connection: Connection, *, now: datetime, lease: timedelta) -> bool:
    """Whether ``release`` has anything to do."""
    leased = connection.run(_leased_longer, longest=now + lease + SLACK).first()
    return leased is not None or connection.run(_sent_later, longest=now + SLACK).first() is not None


def release(connection: Connection, *, now: datetime, lease: timedelta) -> int:
    """Bound what a clock that was ahead holds; how many rows.

    A lease is at most ``lease`` long: its holder, if it lives, renews it.  A message counts as sent now.
    """
    leases = connection.run(_shorten, longest=now + lease + SLACK, until=now + lease).changed
    return leases + connection.run(_was_sent, longest=now + SLACK, now=now).changed
