"""Payments that the provider should have told us about by now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select

from domain.cause import Cause
from domain.database import Connection
from domain.outbox.enqueue import enqueue
from domain.outbox.states import TaskState
from domain.outbox.tables import in_state, outbox
from domain.payments.states import PaymentState
from domain.payments.tables import payment
from domain.payments.work import Ask, Submit, submit_key
from domain.schema import Instant

_is_open = in_state(TaskState.PENDING, TaskState.SENT, TaskState.RUNNING)
_is_being_submitted = exists().where(outbox.c.unique_key == "submit:" + payment.c.id, _is_open)
_is_being_asked = exists().where(
    and_(outbox.c.unique_key > "ask:" + payment.c.id, outbox.c.unique_key < "ask:" + payment.c.id + "~"), _is_open
)
_overdue = (
    select(payment.c.id)
    .where(
        payment.c.settled_at.is_(None),
        payment.c.created_at < bindparam("before", type_=Instant()),
        payment.c.submitted_at.is_not(None),
        ~_is_being_submitted,
        ~_is_being_asked,
    )
    .order_by(payment.c.created_at)
    .limit(500)
)
_lost = (
    select(payment.c.id)
    .where(
        payment.c.settled_at.is_(None),
        payment.c.created_at < bindparam("before", type_=Instant()),
        payment.c.submitted_at.is_(None),
        payment.c.status == PaymentState.ACCEPTED.value,
        ~exists().where(outbox.c.unique_key == "submit:" + payment.c.id),
    )
    .order_by(payment.c.created_at)
    .limit(500)
)


def submit_lost(connection: Connection, cause: Cause, *, before: datetime) -> list[str]:
    """Queue the submission of those (at most 500, the oldest first) that were accepted with one and have none: a row
    that is gone, which nothing of ours removes.  The payments.

    A row that is dead is an operator's.  The unique key is that of the first, so there is one, whoever looks at once.
    """
    ids = [row[0] for row in connection.run(_lost, before=before).all()]
    return [i for i in ids if enqueue(connection, cause, Submit(payment_id=i), unique_key=submit_key(i)) is not None]


def ask_about_overdue(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a question for each (at most 500, the oldest first) that nobody is asking about.

    A payment whose submission is still open asks for itself: it never gives up before an operator is told.
    """
    ids = [row[0] for row in connection.run(_overdue, before=before).all()]
    slot = f"{cause.now:%Y%m%d%H%M%S}"
    return sum(enqueue(connection, cause, Ask(payment_id=i), unique_key=f"ask:{i}:{slot}") is not None for i in ids)
