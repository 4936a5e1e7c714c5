"""Check that a session is still valid, in the transaction of the action that the session authorises."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from domain.database import Connection, Rows
from domain.errors import Forbidden, Unauthenticated
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account
from domain.identity.sessions.states import SessionStatus
from domain.identity.sessions.tables import platform_epoch, session

current_epoch = func.coalesce(select(platform_epoch.c.epoch).where(platform_epoch.c.id == 1).scalar_subquery(), 0)
is_good = (
    (session.c.status == SessionStatus.ACTIVE.value)
    & (session.c.epoch == account.c.epoch)
    & (session.c.platform_epoch == current_epoch)
)
_status = (
    select(account.c.status)
    .select_from(session.join(account, account.c.id == session.c.account_id))
    .where(
        session.c.id == bindparam("session_id"),
        account.c.id == bindparam("of_account"),
        account.c.role == bindparam("in_role"),
        is_good,
    )
)


def status_of(connection: Connection, session_id: str, account_id: str, role: str) -> Rows:
    """Return the rows that ``judge`` checks: the status of the account, or no row when the session is not valid.

    The session must belong to this account in this role.  So even a token with a valid signature grants no more than
    the database allows.  The statement makes three reads by key.
    """
    return connection.run(_status, session_id=session_id, of_account=account_id, in_role=role)


def judge(status: Rows) -> None:
    """Raise ``Unauthenticated`` when the session has ended, ``Forbidden`` when its account is suspended."""
    check_status(status.scalar())


def check_status(status: str | None) -> None:
    """Raise ``Forbidden`` for a suspended account, ``Unauthenticated`` for any other that is not active.

    ``status`` is the status of the account, or None without a valid session.
    """
    if status == AccountStatus.ACTIVE:
        return
    if status == AccountStatus.SUSPENDED:
        raise Forbidden("account_suspended", "This account is suspended.")
    raise Unauthenticated("session_ended", "This session has ended; log in again.")
