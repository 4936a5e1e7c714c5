"""Record a payout's outcome from the provider, whatever its source: only this module applies such outcomes.

The Celery worker's answer, the webhook and the polling all call this module.  A repeated or outdated outcome changes
nothing.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.ledger.post import Transfer, post
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payouts import postings, read
from domain.payouts.move import try_move
from domain.payouts.ports import PayoutFailed, PayoutOutcome, PayoutPaid, PayoutSent, Transferred
from domain.payouts.read import Payout
from domain.payouts.states import OPEN, PayoutStatus
from domain.payouts.tables import payout
from domain.payouts.work import Pay, pay_key
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

_transferred = (
    update(payout)
    .where(payout.c.id == bindparam("payout_id"), payout.c.transfer_id.is_(None))
    .values(
        transfer_id=bindparam("at_provider"),
        transferred_at=bindparam("now", type_=Instant()),
        submitted_at=bindparam("now", type_=Instant()),  # the key of the next step is valid from now
        absent_since=None,
    )
)


def record_transfer(connection: Connection, cause: Cause, payout_id: str, made: Transferred) -> bool:
    """Record that the money is in the worker's balance there, and queue ``Pay``; return True when that is news."""
    if not connection.run(_transferred, payout_id=payout_id, at_provider=made.provider_id, now=cause.now).changed:
        return False
    found = read.by_id(connection, payout_id)
    post(connection, cause, [postings.moved(found)])
    enqueue(connection, cause, Pay(payout_id=found.id), unique_key=pay_key(found.id, found.generation))
    return True


def record_outcome(connection: Connection, cause: Cause, payout_id: str, outcome: PayoutOutcome) -> bool:
    """Record the outcome; return True when it is news; ``NotFound`` when the payout is not ours.

    The caller has checked that the outcome is of the payout's present generation.
    """
    found = read.by_id(connection, payout_id)
    before = PayoutStatus(found.status)
    after = _status_of(outcome, before)
    if not _change(connection, cause, found, after, outcome):
        return False
    post(connection, cause, _postings(found, after))
    if after is PayoutStatus.PAID:
        notify(connection, cause, found.worker_id, Kind.PAYOUT_PAID, found.id, occasion=str(found.generation))
    elif after in (PayoutStatus.FAILED, PayoutStatus.RETURNED):
        notify(connection, cause, found.worker_id, Kind.PAYOUT_FAILED, found.id, occasion=f"{found.generation}{after}")
    return True


def _status_of(outcome: PayoutOutcome, before: PayoutStatus) -> PayoutStatus:
    match outcome:
        case PayoutSent():
            return PayoutStatus.IN_TRANSIT
        case PayoutPaid():
            return PayoutStatus.PAID
        case PayoutFailed():
            return PayoutStatus.RETURNED if before is PayoutStatus.PAID else PayoutStatus.FAILED


def _change(connection: Connection, cause: Cause, found: Payout, after: PayoutStatus, outcome: PayoutOutcome) -> bool:
    failed = outcome if isinstance(outcome, PayoutFailed) else None
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


def _postings(found: Payout, after: PayoutStatus) -> list[Transfer]:
    match after:
        case PayoutStatus.PAID:
            return [postings.gone(found)]
        case PayoutStatus.FAILED:
            return [postings.failed(found)]
        case PayoutStatus.RETURNED:
            return [postings.returned(found)]
        case _:
            return []
