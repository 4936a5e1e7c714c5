"""Make an account.  The caller hashes the password: that takes 20 ms, too long inside a transaction."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.identity.accounts.addresses import check_email
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.accounts.tables import account
from domain.schema.upsert import upsert

_insert = (
    upsert(account)
    .values(
        id=bindparam("id"),
        email=bindparam("email"),
        password_hash=bindparam("password_hash"),
        role=bindparam("role"),
        name=bindparam("name"),
        status=AccountStatus.ACTIVE.value,
        epoch=0,
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)


def register(
    connection: Connection,
    cause: Cause,
    *,
    email: str,
    password_hash: str,
    role: Role,
    name: str,
    account_id: str | None = None,
) -> Account:
    """Make an account and return it; ``Invalid`` for a wrong address, ``Conflict`` when the address has an account.

    ``account_id`` is a new id, from a caller that has to know the id in advance.
    """
    new = Account(
        id=account_id or cause.new_id("acc"),
        email=check_email(email),
        password_hash=password_hash,
        role=role.value,
        name=name,
        status=AccountStatus.ACTIVE.value,
        epoch=0,
        created_at=cause.now,
    )
    result = connection.run(
        _insert,
        id=new.id,
        email=new.email,
        password_hash=password_hash,
        role=new.role,
        name=name,
        created_at=cause.now,
    )
    if not result.changed:
        raise Conflict("email_taken", "This e-mail address has an account.")
    record(connection, cause, new.id, None, AccountStatus.ACTIVE)
    return new
