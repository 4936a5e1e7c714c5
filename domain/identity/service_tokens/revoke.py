"""Revoke a service token.  Every process refuses the token from the commit on."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.record import record
from domain.identity.service_tokens.states import ServiceTokenStatus
from domain.identity.service_tokens.tables import service_token
from domain.schema import Instant

_there = select(service_token.c.status).where(service_token.c.id == bindparam("token_id"))
_revoke = (
    update(service_token)
    .where(service_token.c.id == bindparam("token_id"), service_token.c.status == ServiceTokenStatus.ACTIVE.value)
    .values(status=ServiceTokenStatus.REVOKED.value, revoked_at=bindparam("now", type_=Instant()))
)


def revoke(connection: Connection, cause: Cause, token_id: str) -> None:
    """Revoke a token; ``NotFound`` when no token has this id, ``Conflict`` when the token is already revoked."""
    if connection.run(_there, token_id=token_id).first() is None:
        raise NotFound("service token")
    if not connection.run(_revoke, token_id=token_id, now=cause.now).changed:
        raise Conflict("service_token_status", "This service token was revoked before.")
    record(connection, cause, token_id, ServiceTokenStatus.ACTIVE, ServiceTokenStatus.REVOKED)
