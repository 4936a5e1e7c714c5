"""Delete expired sessions, which no client can refresh any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select

from domain.database import Connection
from domain.identity.sessions.tables import refresh_token, session

BATCH = 500
_is_old = session.c.expires_at < bindparam("before")
_old_tokens = (
    select(refresh_token.c.hash)
    .select_from(session.join(refresh_token, refresh_token.c.session_id == session.c.id))
    .where(_is_old)
    .limit(BATCH)
)
_delete_tokens = delete(refresh_token).where(refresh_token.c.hash.in_(_old_tokens))
_old = (
    select(session.c.id)
    .where(_is_old, ~exists().where(refresh_token.c.session_id == session.c.id).correlate(session))
    .limit(BATCH)
)
_delete = delete(session).where(session.c.id.in_(_old))


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete at most 500 tokens of sessions that expired before ``before``, and at most 500 such sessions without a
    token; return the number of deleted rows."""
    gone = connection.run(_delete_tokens, before=before).changed
    return gone + connection.run(_delete, before=before).changed
