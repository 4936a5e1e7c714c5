"""Refunds that the provider should have told us about by now, and captures that nobody has refunded yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.checks import literals
from domain.ledger.read import balance_of
from domain.ledger.tables import transfer
from domain.outbox.enqueue import enqueue
from domain.outbox.states import TaskState
from domain.outbox.tables import in_state, outbox
from domain.payments import read as payments
from domain.payments.second_charge import SECOND
from domain.refunds.read import Refund
from domain.refunds.request import LATE_CAPTURE, SECOND_CHARGE, request_refund
from domain.refunds.tables import refund
from domain.refunds.work import Ask
from domain.schema import Instant

MOST = 500
_is_open = in_state(TaskState.PENDING, TaskState.SENT, TaskState.RUNNING)
_is_being_submitted = exists().where(
    and_(outbox.c.unique_key > "refund:" + refund.c.id, outbox.c.unique_key < "refund:" + refund.c.id + "~"), _is_open
)
_is_being_asked = exists().where(
    and_(outbox.c.unique_key > "ask:" + refund.c.id, outbox.c.unique_key < "ask:" + refund.c.id + "~"), _is_open
)
_overdue = (
    select(refund.c.id)
    .where(
        refund.c.settled_at.is_(None),
        refund.c.created_at < bindparam("before", type_=Instant()),
        refund.c.submitted_at.is_not(None),
        ~_is_being_submitted,
        ~_is_being_asked,
    )
    .order_by(refund.c.created_at)
    .limit(MOST)
)
_left_over = (
    select(transfer.c.cause_id, transfer.c.code, transfer.c.credit_account)
    .where(
        transfer.c.code.in_(literals("capture", SECOND)),
        transfer.c.credit_account > "unapplied:",
        transfer.c.credit_account < "unapplied:~",
        transfer.c.created_at < bindparam("before", type_=Instant()),
        ~exists().where(refund.c.payment_id == transfer.c.cause_id, refund.c.source == transfer.c.credit_account),
    )
    .limit(MOST)
)


def ask_about_overdue(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a question for each (at most 500, the oldest first) that nobody is asking about."""
    ids = [row[0] for row in connection.run(_overdue, before=before).all()]
    return sum(ask(connection, cause, refund_id) for refund_id in ids)


def ask(connection: Connection, cause: Cause, refund_id: str) -> bool:
    slot = f"{cause.now:%Y%m%d%H%M%S}"
    return enqueue(connection, cause, Ask(refund_id=refund_id), unique_key=f"ask:{refund_id}:{slot}") is not None


def refund_left_over(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Refund what was captured for nothing and has no refund at all; how many there were."""
    rows = connection.run(_left_over, before=before).all()
    for payment_id, code, account in rows:
        if code == SECOND:
            refund_second_charge(connection, cause, payment_id, account.removeprefix(chart.unapplied("")))
        else:
            refund_late_capture(connection, cause, payment_id)
    return len(rows)


def refund_late_capture(connection: Connection, cause: Cause, payment_id: str) -> None:
    """Once for each payment, however often it is asked."""
    paid = payments.by_id(connection, payment_id)
    there = balance_of(connection, chart.unapplied(paid.id), paid.currency)
    if there > 0:
        key = f"{LATE_CAPTURE}:{paid.id}"
        request_refund(connection, cause, paid, amount_minor=there, reason=LATE_CAPTURE, unique_key=key)


def refund_second_charge(connection: Connection, cause: Cause, payment_id: str, charged_as: str) -> Refund | None:
    """Once for each charge; None when nothing of it is there."""
    paid = payments.by_id(connection, payment_id)
    there = balance_of(connection, chart.unapplied(charged_as), paid.currency)
    if there <= 0:
        return None
    return request_refund(
        connection,
        cause,
        paid,
        amount_minor=there,
        reason=SECOND_CHARGE,
        unique_key=f"{SECOND_CHARGE}:{charged_as}",
        charged_as=charged_as,
    )
