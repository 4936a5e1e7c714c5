"""Begin a session for a person who has proved a password."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.identity.accounts.read import Account
from domain.identity.sessions.check import current_epoch
from domain.identity.sessions.states import SessionStatus
from domain.identity.sessions.tables import refresh_token, session

_insert = insert(session).values(
    id=bindparam("id"),
    account_id=bindparam("account_id"),
    epoch=bindparam("epoch"),
    platform_epoch=current_epoch,
    status=SessionStatus.ACTIVE.value,
    created_at=bindparam("created_at"),
    expires_at=bindparam("expires_at"),
)
_insert_token = insert(refresh_token).values(
    hash=bindparam("hash"), session_id=bindparam("session_id"), created_at=bindparam("created_at"), used_at=None
)


def begin(connection: Connection, cause: Cause, account: Account, *, refresh_hash: str, lifetime: timedelta) -> str:
    """Begin a session; return its id (``ses_…``).

    ``account`` is the account as it was when the password was proved, and the session takes its epoch.  If the password
    has changed since, the epochs differ, and the session is not valid from the start.
    """
    session_id = cause.new_id("ses")
    connection.run(
        _insert,
        id=session_id,
        account_id=account.id,
        epoch=account.epoch,
        created_at=cause.now,
        expires_at=cause.now + lifetime,
    )
    keep_token(connection, cause, session_id, refresh_hash)
    record(connection, cause, session_id, None, SessionStatus.ACTIVE)
    return session_id


def keep_token(connection: Connection, cause: Cause, session_id: str, refresh_hash: str) -> None:
    connection.run(_insert_token, hash=refresh_hash, session_id=session_id, created_at=cause.now)
