"""End one session, all sessions of an account, or all sessions of the platform."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.history.machine import StateMachine
from domain.history.record import record
from domain.identity.accounts.tables import account
from domain.identity.sessions.states import TRANSITIONS, SessionStatus
from domain.identity.sessions.tables import platform_epoch, session
from domain.schema.upsert import upsert

ALL = "sessions"
"""The subject of the history row that ``end_all`` writes."""

_try_move = StateMachine(session, TRANSITIONS, "session").try_move
_raise_of_account = update(account).where(account.c.id == bindparam("account_id")).values(epoch=account.c.epoch + 1)
_raise = (
    upsert(platform_epoch)
    .values(id=1, epoch=1)
    .on_conflict_do_update(index_elements=["id"], set_={"epoch": platform_epoch.c.epoch + 1})
)
_epoch = select(platform_epoch.c.epoch).where(platform_epoch.c.id == 1)


def end(connection: Connection, cause: Cause, session_id: str, after: SessionStatus = SessionStatus.LOGGED_OUT) -> None:
    """End a session, which also invalidates its access tokens.  Ending a session again changes nothing."""
    _try_move(connection, cause, session_id, SessionStatus.ACTIVE, after)


def end_of_account(connection: Connection, account_id: str) -> None:
    connection.run(_raise_of_account, account_id=account_id)


def end_all(connection: Connection, cause: Cause) -> int:
    """End the sessions of all accounts, in every process from the commit on; return the new epoch."""
    connection.run(_raise)
    epoch = int(connection.run(_epoch).scalar())
    record(connection, cause, ALL, f"epoch {epoch - 1}", f"epoch {epoch}")
    return epoch
