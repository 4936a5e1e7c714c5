"""Hold the payouts of a worker whose account is suspended, and release them when it is reinstated.

A held payout stays in its status and has the reason in ``error_code``.  No further step of a held payout is sent to the
provider.  An earlier step is still looked up, so a payout that was sent may yet arrive.
"""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, or_, select, update

from domain.database import Connection
from domain.identity.accounts import read as accounts
from domain.identity.accounts.states import AccountStatus
from domain.payouts.read import Payout
from domain.payouts.tables import payout

HELD = "worker_suspended"
TEXT = "The worker's account is suspended; the payout goes on when an admin reinstates it."

_is_held = payout.c.error_code == literal_column(f"'{HELD}'")
_hold = (
    update(payout)
    .where(payout.c.id == bindparam("payout_id"), or_(payout.c.error_code.is_(None), ~_is_held))
    .values(error_code=HELD, error_message=TEXT)
)
_release = (
    update(payout).where(payout.c.id == bindparam("payout_id"), _is_held).values(error_code=None, error_message=None)
)
_held = (
    select(payout.c.id, payout.c.status, payout.c.transfer_id)
    .where(payout.c.worker_id == bindparam("of_worker"), _is_held)
    .order_by(payout.c.id)
)


def hold_if_suspended(connection: Connection, found: Payout) -> bool:
    """Record the hold on the payout and return True when its worker's account is suspended."""
    worker = accounts.by_id(connection, found.worker_id)
    if worker is None or worker.status != AccountStatus.SUSPENDED:
        return False
    connection.run(_hold, payout_id=found.id)
    return True


def release(connection: Connection, worker_id: str) -> list[tuple[str, str, str | None]]:
    """End the holds of a worker's payouts; return (id, status, transfer) of each."""
    rows = [(row[0], row[1], row[2]) for row in connection.run(_held, of_worker=worker_id).all()]
    for payout_id, _, _ in rows:
        connection.run(_release, payout_id=payout_id)
    return rows
