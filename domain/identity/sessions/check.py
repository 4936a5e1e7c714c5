"""Is a session good still?  Asked in the transaction of whatever is done in its name."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from domain.database import Connection, Rows
from domain.errors import Forbidden, Unauthenticated
from domain.identity.accounts.states import AccountState
from domain.identity.accounts.tables import account
from domain.identity.sessions.states import SessionState
from domain.identity.sessions.tables import platform_epoch, session

current_epoch = func.coalesce(select(platform_epoch.c.epoch).where(platform_epoch.c.id == 1).scalar_subquery(), 0)
is_good = (
    (session.c.state == SessionState.ACTIVE.value)
    & (session.c.epoch == account.c.epoch)
    & (session.c.platform_epoch == current_epoch)
)
_state = (
    select(account.c.state)
    .select_from(session.join(account, account.c.id == session.c.account_id))
    .where(
        session.c.id == bindparam("session_id"),
        account.c.id == bindparam("of_account"),
        account.c.role == bindparam("in_role"),
        is_good,
    )
)


def state_of(connection: Connection, session_id: str, account_id: str, role: str) -> Rows:
    """Return the state of a session that ``judge`` judges.  Three reads by key; nothing when the session is not this
    account's in this role, so a token is worth no more than its rows, even with a good signature."""
    return connection.run(_state, session_id=session_id, of_account=account_id, in_role=role)


def judge(state: Rows) -> None:
    """``Unauthenticated`` when the session ended, ``Forbidden`` when its account is suspended."""
    check_state(state.scalar())


def check_state(state: str | None) -> None:
    """``state`` is the account's, or None without a good session."""
    if state == AccountState.ACTIVE:
        return
    if state == AccountState.SUSPENDED:
        raise Forbidden("account_suspended", "This account is suspended.")
    raise Unauthenticated("session_ended", "This session has ended; log in again.")
