"""Read an account by its id or its e-mail address."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.identity.accounts.addresses import as_kept
from domain.identity.accounts.tables import account


class Account(msgspec.Struct, frozen=True):
    id: str
    email: str
    password_hash: str
    role: str
    name: str
    status: str
    epoch: int
    created_at: datetime
    email_verified_at: datetime | None = None


_columns = [account.c[name] for name in Account.__struct_fields__]
_by_email = select(*_columns).where(account.c.email == bindparam("address"))
_by_id = select(*_columns).where(account.c.id == bindparam("account_id"))


def by_email(connection: Connection, email: str) -> Account | None:
    row = connection.run(_by_email, address=as_kept(email)).first()
    return Account(*row) if row else None


def by_id(connection: Connection, account_id: str) -> Account | None:
    row = connection.run(_by_id, account_id=account_id).first()
    return Account(*row) if row else None
