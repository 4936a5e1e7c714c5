"""Continue the payouts that were held while a worker's account was suspended."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.hold import release
from domain.payouts.schedule import schedule_waiting
from domain.payouts.states import PayoutStatus
from domain.payouts.work import Pay, Transfer
from domain.platform.outbox.enqueue import enqueue


def resume(connection: Connection, cause: Cause, worker_id: str) -> None:
    """Queue the next step of each held payout, and schedule the waiting ones if the worker's account is ready."""
    for payout_id, status, transfer_id in release(connection, worker_id):
        if status in (PayoutStatus.SCHEDULED, PayoutStatus.SUBMITTING):
            step = Pay(payout_id=payout_id) if transfer_id else Transfer(payout_id=payout_id)
            enqueue(connection, cause, step, unique_key=f"payout:{payout_id}:resumed:{cause.now:%Y%m%d%H%M%S%f}")
    account = payout_accounts.of_account(connection, worker_id)
    if account is not None and account.is_ready:
        schedule_waiting(connection, cause, account)
