"""Find open payouts whose update is overdue: continue them at their next step, or look them up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, literal_column, select

from domain import lookups
from domain.cause import Cause
from domain.database import Connection
from domain.payouts.hold import HELD
from domain.payouts.states import OPEN, PayoutStatus
from domain.payouts.tables import payout
from domain.payouts.work import Ask, Pay, PollPaid, Transfer
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from domain.schema import Instant

MAY_COME_BACK = timedelta(days=10)
"""Banks return a payout within some working days."""
REST = timedelta(hours=20)
"""Less than the day between two polls, because their times are never exact."""

_open = lookups.overdue(
    payout,
    [payout.c.status.in_([literal_column(f"'{status.value}'") for status in OPEN])],
    at_work=("payout:", "pay:", "ask:"),
    more=(payout.c.status, payout.c.transfer_id, payout.c.submitted_at, payout.c.error_code),
)
_paid_lately = (
    select(payout.c.id)
    .where(
        payout.c.status == literal_column(f"'{PayoutStatus.PAID.value}'"),
        payout.c.settled_at > bindparam("after", type_=Instant()),
        payout.c.asked_at <= bindparam("before", type_=Instant()),
    )
    .order_by(payout.c.settled_at)
    .limit(lookups.MOST)
)
_note_asked = lookups.note_asked(payout)


def poll(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue the next step or a look-up for each open payout that is due (``lookups.overdue``); return their number."""
    rows = connection.run(_open, now=cause.now, before=before).all()
    return lookups.ask(connection, cause, rows, _note_asked, _step)


def poll_paid(connection: Connection, cause: Cause) -> int:
    """Queue a look-up, once a day, for each payout that a bank may still return; return their number.

    A batch that is full queues another poll, so that no payout is left out.
    """
    rows = connection.run(_paid_lately, after=cause.now - MAY_COME_BACK, before=cause.now - REST).all()
    asked = lookups.ask(connection, cause, rows, _note_asked, lambda payout_id: Ask(payout_id=payout_id))
    if len(rows) == lookups.MOST:
        enqueue(connection, cause, PollPaid())
    return asked


def _step(
    payout_id: str, status: str, transfer_id: str | None, submitted_at: datetime | None, error_code: str | None
) -> Work:
    """Return the next step of an open payout.

    ``Pay`` sends nothing for a held payout, so a held payout that may have been sent is looked up instead.
    """
    may_be_sent = transfer_id is not None and submitted_at is not None
    if status == PayoutStatus.IN_TRANSIT or (error_code == HELD and may_be_sent):
        return Ask(payout_id=payout_id)
    return Pay(payout_id=payout_id) if transfer_id else Transfer(payout_id=payout_id)
