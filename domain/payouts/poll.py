"""Open payouts of which we should have heard by now: they go on where they stopped, or are asked about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal_column, or_, select

from domain.cause import Cause
from domain.database import Connection
from domain.outbox.enqueue import enqueue
from domain.outbox.states import TaskState
from domain.outbox.tables import in_state, outbox
from domain.outbox.work import Work
from domain.payouts.states import OPEN, PayoutState
from domain.payouts.tables import payout
from domain.payouts.work import Ask, Pay, Transfer
from domain.schema import Instant

YOUNG = timedelta(hours=1)
"""One that is older is on its way for days: it is asked about once an hour."""

MAY_COME_BACK = timedelta(days=10)
"""Banks send a payout back within some working days."""


def _has_row(prefix: str) -> ColumnElement[bool]:
    begin = prefix + payout.c.id
    return and_(outbox.c.unique_key > begin, outbox.c.unique_key < begin + "~")


_is_at_work = exists().where(
    or_(*(_has_row(prefix) for prefix in ("payout:", "pay:", "poll:"))),
    in_state(TaskState.PENDING, TaskState.SENT, TaskState.RUNNING),
)
_open = (
    select(payout.c.id, payout.c.status, payout.c.transfer_id, payout.c.created_at)
    .where(
        payout.c.status.in_([literal_column(f"'{state.value}'") for state in OPEN]),
        payout.c.created_at < bindparam("before", type_=Instant()),
        ~_is_at_work,
    )
    .order_by(payout.c.created_at)
    .limit(500)
)
_paid_lately = (
    select(payout.c.id)
    .where(
        payout.c.status == literal_column(f"'{PayoutState.PAID.value}'"),
        payout.c.settled_at > bindparam("after", type_=Instant()),
    )
    .order_by(payout.c.settled_at)
    .limit(5_000)
)


def poll(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """How many (at most 500, the oldest first) were given something to do."""
    rows = connection.run(_open, before=before).all()
    return sum(
        enqueue(connection, cause, _step(i, status, transfer_id), unique_key=f"poll:{i}:{_slot(cause.now, created)}")
        is not None
        for i, status, transfer_id, created in rows
    )


def poll_paid(connection: Connection, cause: Cause) -> int:
    """How many of those that a bank may still send back were asked about; each once a day."""
    ids = [row[0] for row in connection.run(_paid_lately, after=cause.now - MAY_COME_BACK).all()]
    slot = f"{cause.now:%Y%m%d}"
    asked = [enqueue(connection, cause, Ask(payout_id=i), unique_key=f"paid:{i}:{slot}") for i in ids]
    return sum(row is not None for row in asked)


def _step(payout_id: str, status: str, transfer_id: str | None) -> Work:
    if status == PayoutState.IN_TRANSIT:
        return Ask(payout_id=payout_id)
    return Pay(payout_id=payout_id) if transfer_id else Transfer(payout_id=payout_id)


def _slot(now: datetime, created_at: datetime) -> str:
    return f"{now:%Y%m%d%H%M}" if now - created_at < YOUNG else f"{now:%Y%m%d%H}"
