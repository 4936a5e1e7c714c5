"""Change an account's status by one conditional UPDATE, so that one of two concurrent changes wins."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.record import record
from domain.identity.accounts import read
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.steps import STEP_TO, require
from domain.identity.accounts.tables import account

_move = (
    update(account)
    .where(account.c.id == bindparam("account_id"), account.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


def move(connection: Connection, cause: Cause, account_id: str, after: AccountStatus) -> Account:
    """Move an account to the status ``after``; return the moved account.

    ``NotFound`` when no account has this id; ``Conflict`` when no step leads there, or another request was faster.
    """
    found = read.by_id(connection, account_id)
    if found is None:
        raise NotFound("account")
    before = AccountStatus(found.status)
    require(STEP_TO[after], before)
    if not connection.run(_move, account_id=account_id, before=before.value, after=after.value).changed:
        raise Conflict("account_status", f"The account is no longer {before}. Read it again.")
    record(connection, cause, account_id, before, after)
    moved = read.by_id(connection, account_id)
    assert moved is not None  # noqa: S101 - this transaction has just read it
    return moved
