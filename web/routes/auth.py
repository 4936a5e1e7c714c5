"""Register and log in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, post
from litestar.params import JSONBody

from domain.accounts import read
from domain.accounts.addresses import check_email
from domain.accounts.sign_up import sign_up
from domain.accounts.states import AccountState, Role
from domain.database import Connection
from domain.errors import Unauthenticated
from runtime import logging
from web.bodies import LINE
from web.correlation import correlation_id
from web.problems import can_fail
from web.request_log import LOGIN_FAILED
from web.services import Provided
from web.views import AccountView

log = logging.get("handwork.web.auth")
ANONYMOUS = "anonymous"

Password = Annotated[
    str,
    msgspec.Meta(
        min_length=10, max_length=200, description="10 to 200 characters.", examples=["correct horse battery"]
    ),
]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=LINE, examples=["alice@example.com"])]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE, examples=["Alice"])]


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: Password
    name: Name
    role: Literal["client", "worker"]


class Accepted(msgspec.Struct, frozen=True):
    """The same whatever is true of the address; what is true is said in an e-mail to it."""

    status: Literal["check_your_email"] = "check_your_email"


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: Annotated[str, msgspec.Meta(max_length=200)]


class Session(msgspec.Struct, frozen=True):
    """``expires_in`` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    account: AccountView


class AuthRoutes(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/register",
        status_code=202,
        summary="Register as a client or as a worker",
        description="Whether the address has an account already is told to its owner only, by e-mail. A new account "
        "can log in at once.",
        responses=can_fail(400, 413, 422),
        operation_id="register",
    )
    async def register(
        self, data: JSONBody[Registration], request: Request[Any, Any, Any], services: Provided
    ) -> Accepted:
        check_email(data.email)
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
        return Accepted()

    @post(
        "/login",
        status_code=200,
        summary="Exchange a password for an access token",
        responses=can_fail(400, 401, 413),
        operation_id="login",
    )
    async def login(self, data: JSONBody[Login], services: Provided) -> Session:
        def look_up(connection: Connection) -> read.Account | None:
            return read.by_email(connection, data.email)

        account = await services.database.read_inline_or_pool(look_up)
        good = await services.passwords.verify(account.password_hash if account else None, data.password)
        if account is None or not good or account.state != AccountState.ACTIVE:
            reason = "unknown" if account is None else "password" if not good else account.state
            LOGIN_FAILED.labels(reason).inc()
            log.warning("authentication failed", reason=reason)
            raise Unauthenticated("authentication_failed", "The e-mail address or the password is wrong.")
        token, seconds = services.tokens.issue(account.id, account.role, services.clock())
        return Session(token, "Bearer", seconds, AccountView.of(account))
