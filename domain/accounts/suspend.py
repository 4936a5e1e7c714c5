"""An admin closes the door to somebody, and opens it again.  The history says who did, and when."""

from __future__ import annotations

from domain.accounts.move import move
from domain.accounts.read import Account
from domain.accounts.states import AccountState
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Forbidden


def suspend(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Works at once: sessions are checked against the account in the transaction of what they do."""
    if account_id == cause.actor:
        raise Forbidden("own_account", "You cannot suspend yourself. Ask another admin.")
    return move(connection, cause, account_id, AccountState.SUSPENDED)


def reinstate(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Sessions that have not run out go on."""
    return move(connection, cause, account_id, AccountState.ACTIVE)
