"""Read an account by its id or its e-mail address."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam

from domain.database import Connection
from domain.identity.accounts.addresses import as_kept
from domain.identity.accounts.tables import account
from domain.schema.reader import Reader


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


_reader = Reader(account, Account)
_by_email = _reader.select.where(account.c.email == bindparam("address"))
by_id = _reader.find


def by_email(connection: Connection, email: str) -> Account | None:
    return _reader.first(connection, _by_email, address=as_kept(email))
