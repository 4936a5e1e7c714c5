"""Register, log in, stay logged in, log out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody

from domain.database import Connection
from domain.errors import Unauthenticated
from domain.identity.accounts import read
from domain.identity.accounts.addresses import check_email
from domain.identity.accounts.sign_up import sign_up
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.sessions.end import end, end_of_account
from domain.identity.sessions.refresh import Reused, find, refresh
from runtime import logging
from runtime.secrets import hashed, new_secret
from web.auth import ANONYMOUS, SIGNED_IN, require_session
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.openapi import THROTTLED
from web.problems import can_fail
from web.sessions import REFRESH_PREFIX, Session, SessionTokens, failed, new_session
from web.signed_in import signed_in
from web.texts import Email, Name, Password
from web.views import CheckYourEmail

log = logging.get("handwork.web.auth")


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: Password
    name: Name
    role: Literal["client", "worker"]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: Annotated[str, msgspec.Meta(max_length=200, examples=["correct horse battery"])]


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refresh_token: Annotated[str, msgspec.Meta(max_length=200, examples=["hwr_…"])]


class AuthRoutes(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/register",
        status_code=202,
        summary="Register as a client or as a worker",
        description="Whether the address has an account already is told to its owner only, by e-mail. A new account "
        "can log in at once.",
        responses=can_fail(400, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def register(self, data: JSONBody[Registration], request: ApiRequest) -> CheckYourEmail:
        services = request.services
        check_email(data.email)
        throttles = services.throttles
        await throttles.admit(
            request, throttles.of_address(request, "register"), throttles.of_emails("register", data.email)
        )
        password_hash = await services.passwords.hash(data.password)
        cause = services.cause(ANONYMOUS, correlation_id(request.scope))
        await services.database.write_async(
            lambda connection: sign_up(
                connection,
                cause,
                email=data.email,
                password_hash=password_hash,
                role=Role(data.role),
                name=data.name,
            )
        )
        return CheckYourEmail()

    @post(
        "/login",
        status_code=200,
        summary="Exchange a password for an access token and a refresh token",
        responses=can_fail(400, 401, 413, 429, signed_in=False),
        response_headers=THROTTLED,
    )
    async def login(self, data: JSONBody[Login], request: ApiRequest) -> Session:
        services = request.services

        def look_up(connection: Connection) -> read.Account | None:
            return read.by_email(connection, data.email)

        throttles = services.throttles
        tries = throttles.of_login(data.email)
        account = await throttles.admitted(request, look_up, throttles.of_address(request, "login"), tries)
        good = await services.passwords.verify(account.password_hash if account else None, data.password)
        if account is None or not good or account.status != AccountStatus.ACTIVE:
            reason = "unknown" if account is None else "password" if not good else account.status
            failed(reason)
            raise Unauthenticated("authentication_failed", "The e-mail address or the password is wrong.")
        return await new_session(services, request, account, proved=tries)

    @post(
        "/refresh",
        status_code=200,
        summary="Exchange a refresh token for the next two tokens",
        description="A refresh token is good once. If it comes again within ten seconds, that is a 409 and changes "
        "nothing. A use after that ends the session and its access tokens: two have the token who should be one.",
        responses=can_fail(400, 401, 403, 409, 413, 429),
        response_headers=THROTTLED,
    )
    async def refresh(self, data: JSONBody[Refresh], request: ApiRequest) -> SessionTokens:
        services = request.services
        given, successor = hashed(data.refresh_token), new_secret(REFRESH_PREFIX)
        shown = await services.database.read_inline_or_pool(lambda connection: find(connection, given))
        throttles = services.throttles
        of_session = (throttles.of_session(shown.session_id),) if shown else ()
        await throttles.admit(request, throttles.of_address(request, "refresh"), *of_session)
        cause = services.cause(ANONYMOUS, correlation_id(request.scope))
        renewed = await services.database.write_async(
            lambda connection: refresh(
                connection,
                cause,
                given,
                successor_hash=hashed(successor),
                lifetime=services.settings.session_lifetime,
                was_unused=shown is not None and not shown.used,
            )
        )
        if isinstance(renewed, Reused):
            log.warning("refresh token reused; its session is ended")
            raise Unauthenticated("refresh_token_reused", "This refresh token was used before; its session has ended.")
        token, seconds = services.tokens.issue(renewed.account_id, renewed.role, renewed.session_id, services.clock())
        return SessionTokens(token, successor, "Bearer", seconds)

    @post(
        "/logout",
        status_code=204,
        summary="End this session",
        responses=can_fail(401, 403),
        security=[SIGNED_IN],
    )
    async def log_out(self, request: ApiRequest) -> None:
        me = signed_in(request)
        require_session(me.caller)
        await me.write(lambda connection: end(connection, me.cause, me.caller.session_id))

    @post(
        "/logout-everywhere",
        status_code=204,
        summary="End all your sessions",
        responses=can_fail(401, 403),
        security=[SIGNED_IN],
    )
    async def log_out_everywhere(self, request: ApiRequest) -> None:
        me = signed_in(request)
        require_session(me.caller)
        await me.write(lambda connection: end_of_account(connection, me.account_id))
