"""Record a refund's outcome from the provider, whatever its source: only this module applies such outcomes.

The Celery worker's answer, the webhook and the reconciliation all call this module.  A repeated or outdated outcome
changes nothing.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments.refunds import read
from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import OPEN, TRANSITIONS, RefundStatus
from domain.payments.refunds.tables import refund
from domain.schema import Instant

_move = (
    update(refund)
    .where(refund.c.id == bindparam("refund_id"), refund.c.status == bindparam("before"))
    .values(
        status=bindparam("after"),
        provider_id=bindparam("at_provider"),
        error_code=bindparam("code"),
        error_message=bindparam("message"),
        settled_at=bindparam("settled", type_=Instant()),
    )
)


def record_outcome(connection: Connection, cause: Cause, refund_id: str, outcome: RefundOutcome) -> bool:
    """Record the outcome; return True when it is news; ``NotFound`` when the refund is not ours."""
    found = read.by_id(connection, refund_id)
    before, after = RefundStatus(found.status), _status_of(outcome)
    if after not in TRANSITIONS[before] or not _change(connection, cause, found, after, outcome):
        return False
    post(connection, cause, _transfers(found, before, after))
    if after is RefundStatus.SUCCEEDED:
        notify(connection, cause, found.client_id, Kind.REFUND_SENT, found.id)
    elif after is RefundStatus.FAILED:
        notify(connection, cause, found.client_id, Kind.REFUND_FAILED, found.id)
    return True


def _status_of(outcome: RefundOutcome) -> RefundStatus:
    match outcome:
        case Refunded():
            return RefundStatus.SUCCEEDED
        case RefundProcessing():
            return RefundStatus.PROCESSING
        case RefundFailed():
            return RefundStatus.FAILED


def _change(connection: Connection, cause: Cause, found: Refund, after: RefundStatus, outcome: RefundOutcome) -> bool:
    failed = outcome if isinstance(outcome, RefundFailed) else None
    moved = connection.run(
        _move,
        refund_id=found.id,
        before=found.status,
        after=after.value,
        at_provider=outcome.provider_id or found.provider_id,
        code=failed.code if failed else None,
        message=failed.message if failed else None,
        settled=None if after in OPEN else cause.now,
    )
    if moved.changed:
        record(connection, cause, found.id, found.status, after)
    return bool(moved.changed)


def _transfers(found: Refund, before: RefundStatus, after: RefundStatus) -> list[Transfer]:
    """Return the transfers of this change: money leaves on success, and on failure returns to its source."""
    pending, clearing = chart.refund_pending(found.id), chart.clearing(found.provider)
    if after is RefundStatus.SUCCEEDED:
        return [_transfer(found, pending, clearing, Code.REFUND)]
    if after is RefundStatus.FAILED:
        was = clearing if before is RefundStatus.SUCCEEDED else pending
        return [_transfer(found, was, found.source, Code.REFUND_FAILED)]
    return []


def _transfer(found: Refund, debit: str, credit: str, code: Code) -> Transfer:
    return Transfer(
        debit=debit,
        credit=credit,
        amount_minor=found.amount_minor,
        currency=found.currency,
        code=code,
        unique_key=f"{code}:{found.id}",
        cause_id=found.id,
        booking_id=found.booking_id if found.source == chart.held(found.booking_id) else None,
    )
