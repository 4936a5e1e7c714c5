"""Exchange a refresh token for its successor.  A client can use each token once."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Unauthenticated
from domain.identity.accounts.tables import account
from domain.identity.sessions.begin import keep_token
from domain.identity.sessions.check import check_status, is_good
from domain.identity.sessions.end import end
from domain.identity.sessions.states import SessionStatus
from domain.identity.sessions.tables import refresh_token, session
from domain.schema import Instant

GRACE = timedelta(seconds=10)
"""For so long after its first use, a second use of a token does not count as theft: two tabs of a browser may refresh
together, and a client may retry a request whose answer was lost.  The second use gets a ``Conflict`` and no tokens, so
the grace period is of no use to a thief.  It is no longer than a client waits for an answer."""

_shown = select(refresh_token.c.session_id, refresh_token.c.used_at).where(
    refresh_token.c.hash == bindparam("token_hash")
)
_of_token = (
    select(
        session.c.id,
        account.c.id,
        account.c.role,
        case((is_good, account.c.status), else_=None),
        session.c.expires_at,
        refresh_token.c.used_at,
    )
    .select_from(
        refresh_token.join(session, session.c.id == refresh_token.c.session_id).join(
            account, account.c.id == session.c.account_id
        )
    )
    .where(refresh_token.c.hash == bindparam("token_hash"))
)
_use = (
    update(refresh_token)
    .where(refresh_token.c.hash == bindparam("token_hash"), refresh_token.c.used_at.is_(None))
    .values(used_at=bindparam("now", type_=Instant()))
)
_prolong = (
    update(session)
    .where(session.c.id == bindparam("session_id"))
    .values(expires_at=bindparam("until", type_=Instant()))
)


class Shown(msgspec.Struct, frozen=True):
    session_id: str
    used: bool


class Renewed(msgspec.Struct, frozen=True):
    session_id: str
    account_id: str
    role: str


class Reused(msgspec.Struct, frozen=True):
    """A token was used a second time.  ``refresh`` has ended its session, and the caller must commit that."""


def find(connection: Connection, token_hash: str) -> Shown | None:
    """Return the token's session and whether the token was used, or None for an unknown token.

    The caller asks when the request arrives, so that ``refresh`` can distinguish a race from a reuse.
    """
    row = connection.run(_shown, token_hash=token_hash).first()
    return Shown(row[0], row[1] is not None) if row else None


def refresh(
    connection: Connection,
    cause: Cause,
    token_hash: str,
    *,
    successor_hash: str,
    lifetime: timedelta,
    was_unused: bool,
) -> Renewed | Reused:
    """Use a token, prolong its session by ``lifetime`` from now, and store the successor.

    One of two concurrent requests wins, and the other gets a ``Conflict``.  A request counts as concurrent within
    ``GRACE`` after the first use, or when its token was still unused on arrival (``was_unused``), however long the
    request then waited.  A later use means that the token was stolen: end the session and return ``Reused``.

    ``Unauthenticated`` for a token or session that is not valid, ``Forbidden`` for a suspended account.
    """
    row = connection.run(_of_token, token_hash=token_hash).first()
    if row is None:
        raise Unauthenticated("refresh_token_invalid", "This is not one of our refresh tokens.")
    session_id, account_id, role, status, expires_at, used_at = row
    _check(status, expires_at, cause.now)
    if used_at is not None and not was_unused and cause.now - used_at >= GRACE:
        end(connection, cause, session_id, SessionStatus.STOLEN)
        return Reused()
    if used_at is not None or not connection.run(_use, token_hash=token_hash, now=cause.now).changed:
        raise Conflict(
            "refresh_raced", "This refresh token was used a moment ago; go on with what that answer brought."
        )
    keep_token(connection, cause, session_id, successor_hash)
    connection.run(_prolong, session_id=session_id, until=cause.now + lifetime)
    return Renewed(session_id, account_id, role)


def _check(status: str | None, expires_at: datetime, now: datetime) -> None:
    check_status(status if expires_at > now else None)
