"""Payments that the provider should have told us about by now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.outbox.enqueue import enqueue
from domain.payments.tables import payment
from domain.payments.work import Ask
from domain.schema import Instant

_overdue = (
    select(payment.c.id)
    .where(
        payment.c.settled_at.is_(None),
        payment.c.created_at < bindparam("before", type_=Instant()),
        payment.c.submitted_at.is_not(None),
    )
    .order_by(payment.c.created_at)
    .limit(500)
)


def ask_about_overdue(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a question for each (at most 500, the oldest first), one a minute and payment at most."""
    ids = [row[0] for row in connection.run(_overdue, before=before).all()]
    slot = cause.now.strftime("%Y%m%d%H%M")
    return sum(enqueue(connection, cause, Ask(payment_id=i), unique_key=f"ask:{i}:{slot}") is not None for i in ids)
