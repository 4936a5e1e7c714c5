"""Reserve a payout's money and queue its transfer to the worker's ready account."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.post import post
from domain.ledger.read import balance_of
from domain.payouts import postings, read
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.hold import hold_if_suspended
from domain.payouts.move import try_move
from domain.payouts.read import Payout
from domain.payouts.states import TRANSITIONS, PayoutStatus
from domain.payouts.work import Pay, Transfer, next_key
from domain.platform.outbox.enqueue import enqueue


def schedule(connection: Connection, cause: Cause, found: Payout, account: PayoutAccount) -> bool:
    """Schedule the payout; return False when it cannot be scheduled now.

    That is so when the payout is on its way already, its worker is suspended, its account is at another provider or
    has no id there, or its money is not payable because a debt took it.
    """
    before = PayoutStatus(found.status)
    if PayoutStatus.SCHEDULED not in TRANSITIONS[before] or account.provider_id is None:
        return False
    if account.provider != found.provider:  # the money is at the other provider
        return False
    if hold_if_suspended(connection, found):
        return False
    payable = balance_of(connection, chart.worker_payable(found.worker_id), found.currency)
    if payable < found.amount_minor:
        return False
    moved = try_move(
        connection,
        cause,
        found.id,
        before,
        PayoutStatus.SCHEDULED,
        # Money that is already in one of the worker's accounts can only be paid out from that account.
        destination=found.destination if found.transfer_id else account.provider_id,
        generation=found.generation if before is PayoutStatus.ON_HOLD else found.generation + 1,
        provider_id=None,
        error_code=None,
        error_message=None,
        submitted_at=None,
        absent_since=None,
        settled_at=None,
    )
    if moved is None:
        return False
    scheduled = read.by_id(connection, found.id)
    post(connection, cause, [postings.set_apart(scheduled)])
    step = Pay(payout_id=found.id) if found.transfer_id else Transfer(payout_id=found.id)
    enqueue(connection, cause, step, unique_key=next_key(scheduled.id, scheduled.generation))
    return True


def schedule_waiting(connection: Connection, cause: Cause, account: PayoutAccount) -> int:
    """Schedule all payouts that waited for the account; return how many were scheduled."""
    waiting = read.on_hold(connection, account.account_id)
    return sum(schedule(connection, cause, found, account) for found in waiting)
