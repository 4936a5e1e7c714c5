"""An admin closes the door to somebody, and opens it again.  The history says who did, and when."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Forbidden
from domain.identity.accounts.move import move
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import AccountState, Role
from domain.identity.accounts.work import PayHeld
from domain.platform.outbox.enqueue import enqueue


def suspend(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Works at once: sessions are checked against the account in the transaction of what they do.

    A client's jobs are hidden from everybody else and take neither applications nor offers; a worker's payouts are held
    (``domain/payouts/hold.py``).  Bookings go on by what the other side and the clock do: whoever is not suspended may
    start, complete, cancel or report a no-show, and what is not paid, or not approved, in time takes its usual end.
    """
    if account_id == cause.actor:
        raise Forbidden("own_account", "You cannot suspend yourself. Ask another admin.")
    return move(connection, cause, account_id, AccountState.SUSPENDED)


def reinstate(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Sessions that have not run out go on, and so do a worker's payouts that were held."""
    found = move(connection, cause, account_id, AccountState.ACTIVE)
    if found.role == Role.WORKER:
        enqueue(connection, cause, PayHeld(account_id=account_id))
    return found
