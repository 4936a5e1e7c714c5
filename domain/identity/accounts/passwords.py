"""Change a password by the old one, or reset it by a link.  Both raise the epoch, which ends all sessions."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Invalid
from domain.identity.accounts import read
from domain.identity.accounts.read import Account
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account
from domain.identity.links.make import make
from domain.identity.links.states import Purpose
from domain.identity.links.use import use
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema import Instant

_new = {"password_hash": bindparam("password_hash"), "epoch": account.c.epoch + 1}
_change = (
    update(account)
    .where(account.c.id == bindparam("account_id"), account.c.password_hash == bindparam("proved_hash"))
    .values(_new)
)
_reset = (
    update(account)
    .where(account.c.id == bindparam("account_id"), account.c.status != AccountStatus.DEACTIVATED.value)
    .values(_new | {"email_verified_at": func.coalesce(account.c.email_verified_at, bindparam("now", type_=Instant()))})
)


def change(connection: Connection, cause: Cause, proved: Account, password_hash: str) -> Account:
    """Set a new password; return the account with the new password and epoch.

    ``proved`` is the account as it was when its password was proved.  ``Conflict`` when the password has changed since.
    """
    changed = connection.run(
        _change, account_id=proved.id, proved_hash=proved.password_hash, password_hash=password_hash
    ).changed
    if not changed:
        raise Conflict("password_changed", "The password was changed meanwhile.")
    _tell(connection, cause, proved.id, cause.now)
    return msgspec.structs.replace(proved, password_hash=password_hash, epoch=proved.epoch + 1)


def forget(connection: Connection, cause: Cause, email: str) -> None:
    """Send a reset link to the account with this address, if one is active.

    The caller gets the same answer in any case, and so cannot find out whether the address has an account.
    """
    found = read.by_email(connection, email)
    if found is None or found.status != AccountStatus.ACTIVE:
        return
    link_id = make(connection, cause, found.id, Purpose.RESET_PASSWORD)
    notify(connection, cause, found.id, Kind.ACCOUNT_RESET_PASSWORD, link_id)


def reset(connection: Connection, cause: Cause, link_id: str, password_hash: str) -> None:
    """Set a new password, and mark the e-mail address as verified: its owner followed the link.  ``Invalid`` when the
    link is not valid, was used or has expired."""
    account_id = use(connection, cause, link_id, Purpose.RESET_PASSWORD)
    if not connection.run(_reset, account_id=account_id, password_hash=password_hash, now=cause.now).changed:
        raise Invalid("link_invalid", "This link is not valid, or was used, or is too old.", "token")
    _tell(connection, cause, account_id, cause.now)


def _tell(connection: Connection, cause: Cause, account_id: str, now: datetime) -> None:
    notify(connection, cause, account_id, Kind.ACCOUNT_PASSWORD_CHANGED, account_id, occasion=now.isoformat())
