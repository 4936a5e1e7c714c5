"""Check that a service token is still valid, in the transaction of the action that the token authorises."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.database import Connection, Rows
from domain.errors import Unauthenticated
from domain.identity.accounts.tables import account
from domain.identity.service_tokens.states import ServiceTokenStatus
from domain.identity.service_tokens.tables import service_token
from domain.identity.sessions.check import check_status

_status = (
    select(account.c.status)
    .select_from(service_token.join(account, account.c.id == service_token.c.account_id))
    .where(
        service_token.c.secret_hash == bindparam("secret_hash"),
        service_token.c.account_id == bindparam("account_id"),
        service_token.c.status == ServiceTokenStatus.ACTIVE.value,
    )
)


def status_of(connection: Connection, account_id: str, secret_hash: str) -> Rows:
    """Return the rows that ``judge`` checks: the status of the token's account, or no row when the token is unknown or
    revoked."""
    return connection.run(_status, account_id=account_id, secret_hash=secret_hash)


def judge(status: Rows) -> None:
    """Raise ``Unauthenticated`` when the token is unknown or revoked, ``Forbidden`` when its account is suspended."""
    found = status.scalar()
    if found is None:
        raise Unauthenticated("token_invalid", "This service token is not valid, or was revoked.")
    check_status(found)
