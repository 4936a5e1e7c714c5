"""Read the service tokens."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select

from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.identity.service_tokens.tables import service_token


class ServiceToken(msgspec.Struct, frozen=True):
    id: str
    name: str
    status: str
    account_id: str
    made_by: str
    created_at: datetime
    revoked_at: datetime | None


_own = ("status", "account_id", "made_by", "created_at", "revoked_at")
_all = (
    select(service_token.c.id, account.c.name, *(service_token.c[name] for name in _own))
    .select_from(service_token.join(account, account.c.id == service_token.c.account_id))
    .order_by(service_token.c.id)
)


def every(connection: Connection) -> list[ServiceToken]:
    """Return all tokens, the oldest first, including the revoked ones."""
    return [ServiceToken(*row) for row in connection.run(_all).all()]
