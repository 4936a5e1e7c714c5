"""Record a refund's outcome from the provider, whatever its source: only this module applies such outcomes.

The Celery worker's answer, the webhook and the reconciliation all call this module.  A repeated or outdated outcome
changes nothing.
"""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments.refunds import read
from domain.payments.refunds.move import try_move
from domain.payments.refunds.ports import Refunded, RefundFailed, RefundOutcome, RefundProcessing
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import OPEN, RefundStatus


def record_outcome(connection: Connection, cause: Cause, refund_id: str, outcome: RefundOutcome) -> bool:
    """Record the outcome; return True when it is news; ``NotFound`` when the refund is not ours."""
    found = read.by_id(connection, refund_id)
    before, after = RefundStatus(found.status), _status_of(outcome)
    if not _change(connection, cause, found, after, outcome):
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
    moved = try_move(
        connection,
        cause,
        found.id,
        found.status,
        after,
        provider_id=outcome.provider_id or found.provider_id,
        error_code=failed.code if failed else None,
        error_message=failed.message if failed else None,
        settled_at=None if after in OPEN else cause.now,
    )
    return moved is not None


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
