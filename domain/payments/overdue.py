"""Find payments whose outcome from the provider is overdue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select

from domain import lookups
from domain.cause import Cause
from domain.database import Connection
from domain.payments.states import PaymentStatus
from domain.payments.tables import payment
from domain.payments.work import Ask, Submit, submit_key
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.tables import outbox
from domain.schema import Instant

_overdue = lookups.overdue(
    payment,
    [payment.c.settled_at.is_(None), payment.c.submitted_at.is_not(None)],
    at_work=("submit:", "ask:"),
)
_note_asked = lookups.note_asked(payment)
_lost = (
    select(payment.c.id)
    .where(
        payment.c.settled_at.is_(None),
        payment.c.created_at < bindparam("before", type_=Instant()),
        payment.c.submitted_at.is_(None),
        payment.c.status == PaymentStatus.ACCEPTED.value,
        ~exists().where(outbox.c.unique_key == "submit:" + payment.c.id),
    )
    .order_by(payment.c.asked_at)
    .limit(lookups.MOST)
)


def submit_lost(connection: Connection, cause: Cause, *, before: datetime) -> list[str]:
    """Queue the submission of accepted payments (at most 500) whose outbox row is gone; return their ids.

    No code of this service removes such a row.  A row that is dead is left to an operator.  The unique key is that of
    the first submission, so concurrent sweeps queue only one.
    """
    ids = [row[0] for row in connection.run(_lost, before=before).all()]
    return [i for i in ids if enqueue(connection, cause, Submit(payment_id=i), unique_key=submit_key(i)) is not None]


def ask_about_overdue(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a look-up for each open payment that is due for one (``lookups.overdue``); return their number.

    A payment whose submission is still queued is left out: the submission looks it up, and never stops before an
    operator is alerted.
    """
    rows = connection.run(_overdue, now=cause.now, before=before).all()
    return lookups.ask(connection, cause, rows, _note_asked, lambda payment_id: Ask(payment_id=payment_id))
