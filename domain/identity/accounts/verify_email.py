"""Verify an e-mail address by a link that was sent to it."""

from __future__ import annotations

from sqlalchemy import bindparam, func, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.identity.accounts import read
from domain.identity.accounts.tables import account
from domain.identity.links.make import make
from domain.identity.links.states import Purpose
from domain.identity.links.use import use
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema import Instant

_verified = (
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(email_verified_at=func.coalesce(account.c.email_verified_at, bindparam("now", type_=Instant())))
)


def verify(connection: Connection, cause: Cause, link_id: str) -> None:
    """Mark the address of the link's account as verified; ``Invalid`` when the link is not valid."""
    account_id = use(connection, cause, link_id, Purpose.VERIFY_EMAIL)
    connection.run(_verified, account_id=account_id, now=cause.now)


def ask_again(connection: Connection, cause: Cause, account_id: str) -> None:
    """Send a new link, which replaces the one before.  ``NotFound`` when no account has this id; ``Conflict`` when the
    address is already verified."""
    found = read.by_id(connection, account_id)
    if found is None:
        raise NotFound("account")
    if found.email_verified_at is not None:
        raise Conflict("email_verified", "This address has been proved.")
    link_id = make(connection, cause, account_id, Purpose.VERIFY_EMAIL)
    notify(connection, cause, account_id, Kind.ACCOUNT_VERIFY_EMAIL, link_id)
