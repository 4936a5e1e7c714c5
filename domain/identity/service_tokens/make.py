"""Make a service token.  The database stores only the hash of its secret; the operator sees the secret once."""

from __future__ import annotations

from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.service_tokens.states import ServiceTokenStatus
from domain.identity.service_tokens.tables import service_token

NO_PASSWORD = "-"  # noqa: S105 - not a hash, so no password matches it
NOWHERE = "service.invalid"
"""A domain that RFC 2606 reserves, so that no e-mail can reach it."""

_insert = insert(service_token).values(
    id=bindparam("id"),
    account_id=bindparam("account_id"),
    secret_hash=bindparam("secret_hash"),
    status=ServiceTokenStatus.ACTIVE.value,
    made_by=bindparam("made_by"),
    created_at=bindparam("created_at"),
    revoked_at=None,
)


def make(connection: Connection, cause: Cause, *, account_id: str, name: str, secret_hash: str) -> str:
    """Make a token and the admin account that it acts as; return the token's id (``svc_…``).

    The caller chooses a new ``account_id`` and writes it into the token.  So the server knows the account of a request
    before it asks the database.
    """
    register(
        connection,
        cause,
        account_id=account_id,
        email=f"{account_id}@{NOWHERE}",
        password_hash=NO_PASSWORD,
        role=Role.ADMIN,
        name=name,
    )
    token_id = cause.new_id("svc")
    connection.run(
        _insert,
        id=token_id,
        account_id=account_id,
        secret_hash=secret_hash,
        made_by=cause.actor,
        created_at=cause.now,
    )
    record(connection, cause, token_id, None, ServiceTokenStatus.ACTIVE)
    return token_id
