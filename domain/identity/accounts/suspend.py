"""An admin suspends an account, and reinstates it.  The history names the admin and the time."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Forbidden
from domain.identity.accounts.move import move
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.accounts.work import PayHeld
from domain.platform.outbox.enqueue import enqueue


def suspend(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Suspend an account; return it.  ``Forbidden`` for the admin's own account; other errors as in ``move``.

    The suspension takes effect at once: every action checks the account in its own transaction.  A client's jobs are
    hidden from everybody else and take neither applications nor offers.  A worker's payouts are held
    (``domain/payouts/hold.py``).  Bookings continue: the party that is not suspended may start, complete, cancel or
    report a no-show.  A booking that is not paid in time expires, and one that is not answered in time is approved
    automatically, as usual.
    """
    if account_id == cause.actor:
        raise Forbidden("own_account", "You cannot suspend yourself. Ask another admin.")
    return move(connection, cause, account_id, AccountStatus.SUSPENDED)


def reinstate(connection: Connection, cause: Cause, account_id: str) -> Account:
    """Reinstate an account; return it.  Its sessions that have not expired are valid again, and a worker's held payouts
    resume."""
    found = move(connection, cause, account_id, AccountStatus.ACTIVE)
    if found.role == Role.WORKER:
        enqueue(connection, cause, PayHeld(account_id=account_id))
    return found
