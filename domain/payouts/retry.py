"""Let a worker retry a payout that failed or was returned."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.payouts import read
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.read import Payout
from domain.payouts.schedule import schedule
from domain.payouts.steps import RETRY, require
from domain.platform.idempotency.claim import IdempotencyKey, claim

ACCEPTED = 202


def retry(connection: Connection, cause: Cause, payout_id: str, key: IdempotencyKey) -> tuple[Payout, bool]:
    """Schedule the payout again; return the payout, and whether the key was used before.

    ``NotFound`` for everybody but the worker who is paid; ``Conflict`` when the payout has not failed, when the worker
    has no ready account, or when ``schedule`` returns False, such as when a debt took the money.
    """
    found = read.for_worker(connection, payout_id, cause.actor)
    if claim(connection, cause, key, status=ACCEPTED, resource_id=found.id) is not None:
        return found, True
    require(RETRY, found.status)
    account = payout_accounts.of_account(connection, found.worker_id)
    if account is None or not account.is_ready:
        raise Conflict(
            "payout_account_not_ready", "Your payout account is not ready. GET /payout-account says what is missing."
        )
    if not schedule(connection, cause, found, account):
        raise Conflict("payout_not_payable", "The money is no longer payable: it was kept for what you owe us.")
    return read.by_id(connection, found.id), False
