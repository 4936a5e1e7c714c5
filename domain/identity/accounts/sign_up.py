"""Register over the network.  Only the owner of an address learns that the address already has an account."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts import read
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.links.make import make
from domain.identity.links.states import Purpose
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def sign_up(connection: Connection, cause: Cause, *, email: str, password_hash: str, role: Role, name: str) -> None:
    """Make an account and send a link that proves its address.  If the address has an account, notify its owner
    instead, at most once a day."""
    owner = read.by_email(connection, email)
    if owner is not None:
        today = cause.now.date().isoformat()
        notify(connection, cause, owner.id, Kind.ACCOUNT_EMAIL_TAKEN, owner.id, occasion=today)
        return
    new = register(connection, cause, email=email, password_hash=password_hash, role=role, name=name)
    link_id = make(connection, cause, new.id, Purpose.VERIFY_EMAIL)
    notify(connection, cause, new.id, Kind.ACCOUNT_VERIFY_EMAIL, link_id)
