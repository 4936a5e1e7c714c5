"""Somebody who operates the platform: nobody becomes an admin over HTTP."""

from __future__ import annotations

from datetime import timedelta

import httpx

from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.sessions.begin import begin
from runtime.clock import Clock
from runtime.database import Database
from runtime.ids import new_id
from runtime.tokens import Tokens
from tests.people import Person


def an_admin(database: Database, clock: Clock, tokens: Tokens, http: httpx.AsyncClient) -> Person:
    """A new one, logged in; no password opens the account."""
    email = f"{new_id('adm')}@example.com"
    cause = Cause(clock(), "operator:test", new_id("cor"), new_id)

    def unit(connection: Connection) -> tuple[str, str]:
        account = register(connection, cause, email=email, password_hash="-", role=Role.ADMIN, name="Ada")
        lifetime = timedelta(days=30)
        return account.id, begin(connection, cause, account, refresh_hash=new_id("ref"), lifetime=lifetime)

    account_id, session_id = database.write(unit)
    token, _ = tokens.issue(account_id, Role.ADMIN, session_id, clock())
    return Person(account_id, email, Role.ADMIN.value, token, http)
