"""Find refunds whose outcome from the provider is overdue, and captures that have no refund yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select

from domain import lookups
from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.checks import literals
from domain.ledger.codes import Code
from domain.ledger.read import balance_of, posted
from domain.ledger.tables import transfer
from domain.payments import read as payments
from domain.payments.capture import capture_key, is_as_ordered
from domain.payments.refunds.read import Refund, by_unique_key
from domain.payments.refunds.request import LATE_CAPTURE, SECOND_CHARGE, WRONG_CAPTURE, request_refund
from domain.payments.refunds.tables import refund
from domain.payments.refunds.work import Ask
from domain.payments.second_charge import second_key
from domain.schema import Instant

_overdue = lookups.overdue(
    refund,
    [refund.c.settled_at.is_(None), refund.c.submitted_at.is_not(None)],
    at_work=("refund:", "ask:"),
)
_note_asked = lookups.note_asked(refund)
_left_over = (
    select(transfer.c.cause_id, transfer.c.code, transfer.c.credit_account)
    .where(
        transfer.c.code.in_(literals(Code.CAPTURE, Code.SECOND_CHARGE)),
        transfer.c.credit_account > "unapplied:",
        transfer.c.credit_account < "unapplied:~",
        transfer.c.created_at < bindparam("before", type_=Instant()),
        ~exists().where(refund.c.payment_id == transfer.c.cause_id, refund.c.source == transfer.c.credit_account),
    )
    .limit(lookups.MOST)
)


def ask_about_overdue(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a look-up for each open refund that is due for one (``lookups.overdue``); return their number."""
    rows = connection.run(_overdue, now=cause.now, before=before).all()
    return lookups.ask(connection, cause, rows, _note_asked, lambda refund_id: Ask(refund_id=refund_id))


def ask(connection: Connection, cause: Cause, refund_id: str) -> bool:
    """Queue a look-up now; return False when one was queued in this second already."""
    return lookups.ask_now(connection, cause, refund_id, Ask(refund_id=refund_id))


def refund_left_over(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Refund each capture that funds no booking and has no refund at all; return their number."""
    rows = connection.run(_left_over, before=before).all()
    for payment_id, code, account in rows:
        if code == Code.SECOND_CHARGE:
            refund_second_charge(connection, cause, payment_id, account.removeprefix(chart.unapplied("")))
        else:
            refund_late_capture(connection, cause, payment_id)
    return len(rows)


def refund_late_capture(connection: Connection, cause: Cause, payment_id: str) -> Refund | None:
    """Refund a payment's capture that funds no booking, in the currency that the provider took.

    Return the payment's one refund, however often this is called; None when there is no such capture.
    """
    paid, key = payments.by_id(connection, payment_id), f"{LATE_CAPTURE}:{payment_id}"
    earlier = by_unique_key(connection, key)
    if earlier is not None:
        return earlier
    taken = posted(connection, capture_key(paid.id))
    there = balance_of(connection, chart.unapplied(paid.id), taken.currency) if taken else 0
    if taken is None or there <= 0:
        return None
    reason = LATE_CAPTURE if is_as_ordered(paid, taken.amount_minor, taken.currency) else WRONG_CAPTURE
    return request_refund(connection, cause, paid, amount_minor=there, reason=reason, unique_key=key)


def refund_second_charge(connection: Connection, cause: Cause, payment_id: str, charged_as: str) -> Refund | None:
    """Refund a second charge once; return None when none of its money is left."""
    paid = payments.by_id(connection, payment_id)
    taken = posted(connection, second_key(charged_as))
    there = balance_of(connection, chart.unapplied(charged_as), taken.currency) if taken else 0
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
