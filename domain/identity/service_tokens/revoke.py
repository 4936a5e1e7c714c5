"""Revoke a service token.  Every process refuses the token from the commit on."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.machine import StateMachine
from domain.identity.service_tokens.states import TRANSITIONS, ServiceTokenStatus
from domain.identity.service_tokens.tables import service_token

_there = select(service_token.c.status).where(service_token.c.id == bindparam("token_id"))
_try_move = StateMachine(service_token, TRANSITIONS, "service token").try_move


def revoke(connection: Connection, cause: Cause, token_id: str) -> None:
    """Revoke a token; ``NotFound`` when no token has this id, ``Conflict`` when the token is already revoked."""
    if connection.run(_there, token_id=token_id).first() is None:
        raise NotFound("service token")
    before, after = ServiceTokenStatus.ACTIVE, ServiceTokenStatus.REVOKED
    if not _try_move(connection, cause, token_id, before, after, revoked_at=cause.now):
        raise Conflict("service_token_status", "This service token was revoked before.")
