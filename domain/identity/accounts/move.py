"""Change an account's status by one conditional UPDATE, so that one of two concurrent changes wins."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.history.machine import StateMachine
from domain.identity.accounts import read
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import TRANSITIONS, AccountStatus
from domain.identity.accounts.steps import STEP_TO, require
from domain.identity.accounts.tables import account

_machine = StateMachine(account, TRANSITIONS, "account")


def move(connection: Connection, cause: Cause, account_id: str, after: AccountStatus) -> Account:
    """Move an account to the status ``after``; return the moved account.

    ``NotFound`` when no account has this id; ``Conflict`` when no step leads there, or another request was faster.
    """
    found = read.by_id(connection, account_id)
    if found is None:
        raise NotFound("account")
    before = AccountStatus(found.status)
    require(STEP_TO[after], before)
    _machine.move(connection, cause, account_id, before, after)
    moved = read.by_id(connection, account_id)
    assert moved is not None  # noqa: S101 - this transaction has just read it
    return moved
