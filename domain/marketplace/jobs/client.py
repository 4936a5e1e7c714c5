"""Check that the client of a job can take applications and offers."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.errors import Conflict
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account

_status = select(account.c.status).where(account.c.id == bindparam("of_client"))


def check_client(connection: Connection, client_id: str) -> None:
    """Raise ``Conflict`` while the account of a job's client is suspended."""
    if connection.run(_status, of_client=client_id).scalar() == AccountStatus.SUSPENDED:
        raise Conflict(
            "client_unavailable", "This job's client is not available now: try later, or choose another job."
        )
