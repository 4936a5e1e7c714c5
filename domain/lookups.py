"""Look up objects at a provider when its events about them are overdue.

The wait before the next look-up grows with the object's age, and the object with the oldest look-up comes first.  So a
thousand payments that their clients leave open cost little, and none of them starves behind the others.

A table that takes part has ``created_at``, ``asked_at_column()``, and an index on that column for the open rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
    type_coerce,
    update,
)

from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import in_status, outbox
from domain.platform.outbox.work import Work
from domain.schema import Instant, one_of

MOST = 500
"""The most look-ups that one sweep queues; the other rows come first in the next sweep."""
LONGEST_WAIT = timedelta(hours=1)
_LONGEST = LONGEST_WAIT // timedelta(microseconds=1)


def wait_after(age: timedelta, patience: timedelta) -> timedelta:
    """Return the wait after a look-up of an object that was ``age`` old then: half its age, within bounds."""
    return max(patience, min(LONGEST_WAIT, age / 2))


def overdue(
    table: Table, is_open: Sequence[ColumnElement[bool]], *, at_work: Sequence[str], more: Sequence[Column[Any]] = ()
) -> Select[Any]:
    """Return a statement for the ids (and ``more``) of open rows that are due for a look-up, by ``wait_after``.

    The statement returns at most 500 rows.  ``at_work``: prefixes of unique keys; a row is left alone while the outbox
    holds an open task ``prefix + id``.  A time in the future was written by a wrong clock, and delays nothing.
    """
    asked, made = table.c.asked_at, table.c.created_at
    last = type_coerce(asked, BigInteger)
    half = (last - type_coerce(made, BigInteger)) // 2
    rest = case((half > _LONGEST, _LONGEST), else_=half)
    now, before = bindparam("now", type_=Instant()), bindparam("before", type_=Instant())
    return (
        select(table.c.id, *more)
        .where(
            *is_open,
            or_(made < before, made > now),
            or_(asked > now, and_(asked < before, last + rest <= now)),
            ~exists().where(
                or_(*(_names(prefix, table) for prefix in at_work)),
                in_status(TaskStatus.PENDING, TaskStatus.SENT, TaskStatus.RUNNING),
            ),
        )
        .order_by(asked)
        .limit(MOST)
    )


def _names(prefix: str, table: Table) -> ColumnElement[bool]:
    begin = prefix + table.c.id
    return and_(outbox.c.unique_key >= begin, outbox.c.unique_key < begin + "~")


def note_asked(table: Table) -> Update:
    """Return the statement that ``ask`` runs for the rows whose look-up it has queued."""
    return update(table).where(one_of(table.c.id, "ids")).values(asked_at=bindparam("now", type_=Instant()))


def ask(
    connection: Connection, cause: Cause, rows: Sequence[Sequence[Any]], note: Update, work: Callable[..., Work]
) -> int:
    """Queue ``work(*row)`` for each row and record the time; return their number.  A row begins with its id."""
    queued = [row[0] for row in rows if ask_now(connection, cause, row[0], work(*row))]
    if queued:
        connection.run(note, ids=queued, now=cause.now)
    return len(queued)


def ask_now(connection: Connection, cause: Cause, row_id: str, work: Work, occasion: str = "") -> bool:
    """Queue one look-up at once; return False when this occasion (or else this second) has queued one before."""
    key = f"ask:{row_id}:{occasion or format(cause.now, '%Y%m%d%H%M%S')}"
    return enqueue(connection, cause, work, unique_key=key) is not None
