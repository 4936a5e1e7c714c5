"""Begin a session for a caller who has proved a password, and check a caller's password."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from domain.database import Connection
from domain.errors import Forbidden, Unauthenticated
from domain.identity.accounts import read
from domain.identity.accounts.read import Account
from domain.identity.sessions.begin import begin
from domain.platform.throttles.token_bucket import Bucket, fill
from runtime import logging
from runtime.secrets import hashed, new_secret
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.request_log import LOGIN_FAILED
from web.services import Services
from web.signed_in import SignedIn
from web.views import AccountView

log = logging.get("handwork.web.auth")
REFRESH_PREFIX = "hwr"


class SessionTokens(msgspec.Struct, frozen=True):
    """``expires_in`` is in seconds, of the access token.  The refresh token is good once, for the next two."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


class Session(SessionTokens, frozen=True):
    account: AccountView


async def new_session(
    services: Services, request: Request[Any, Any, Any], account: Account, *, proved: Bucket
) -> Session:
    """Begin and return a session of ``account``, whose password the caller has just proved; refill ``proved``.

    ``proved`` is the bucket of tries to log in.
    """
    secret = new_secret(REFRESH_PREFIX)
    cause = services.cause(account.id, correlation_id(request.scope))
    lifetime = services.settings.session_lifetime

    def unit(connection: Connection) -> str:
        fill(connection, proved)
        return begin(connection, cause, account, refresh_hash=hashed(secret), lifetime=lifetime)

    session_id = await services.database.write_async(unit)
    token, seconds = services.tokens.issue(account.id, account.role, session_id, cause.now)
    return Session(token, secret, "Bearer", seconds, AccountView.of(account))


async def prove(request: ApiRequest, me: SignedIn, password: str) -> Account:
    """Return the caller's account when ``password`` is its password; ``Forbidden`` otherwise: the session goes on.
    Each call counts as a try to log in."""
    services = request.services
    account = await me.read(lambda connection: read.by_id(connection, me.account_id))
    if account is None:  # an account is never deleted, and a session's is there
        raise Unauthenticated("session_ended", "This session has ended; log in again.")
    await services.throttles.admit(request, services.throttles.of_login(account.email))
    if not await services.passwords.verify(account.password_hash, password):
        failed("password")
        raise Forbidden("password_wrong", "This is not your password.")
    return account


def failed(reason: str) -> None:
    """Count and log a failed authentication, in words that an operator can search for."""
    LOGIN_FAILED.labels(reason).inc()
    log.warning("authentication failed", reason=reason)
