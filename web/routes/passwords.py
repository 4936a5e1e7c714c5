"""Change a password, reset a password by a link, verify an e-mail address."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody

from domain.identity.accounts import passwords, verify_email
from domain.identity.links.states import Purpose
from web.auth import ANONYMOUS, SIGNED_IN, require_session
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.openapi import THROTTLED
from web.problems import can_fail
from web.sessions import Session, new_session, prove
from web.signed_in import signed_in
from web.texts import Email, Password
from web.views import CheckYourEmail

LinkToken = Annotated[str, msgspec.Meta(max_length=200, description="From the link.", examples=["lnk_….…"])]
CurrentPassword = Annotated[str, msgspec.Meta(max_length=200, examples=["correct horse battery"])]


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    current_password: CurrentPassword
    new_password: Password


class Forgotten(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email


class PasswordReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: LinkToken
    password: Password


class EmailProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: LinkToken


class PasswordRoutes(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/password",
        status_code=200,
        summary="Change your password",
        description="All your sessions end; the answer is a new one.",
        responses=can_fail(400, 401, 403, 409, 413, 429),
        security=[SIGNED_IN],
        response_headers=THROTTLED,
    )
    async def change_password(self, data: JSONBody[PasswordChange], request: ApiRequest) -> Session:
        services = request.services
        me = signed_in(request)
        require_session(me.caller)
        proved = await prove(request, me, data.current_password)
        new_hash = await services.passwords.hash(data.new_password)
        account = await me.write(lambda connection: passwords.change(connection, me.cause, proved, new_hash))
        return await new_session(services, request, account, proved=services.throttles.of_login(account.email))

    @post(
        "/password/forgot",
        status_code=202,
        summary="Ask for a link to choose a new password",
        description="The answer is the same whether or not the address has an account.",
        responses=can_fail(400, 413, 429),
        response_headers=THROTTLED,
    )
    async def forgot_password(self, data: JSONBody[Forgotten], request: ApiRequest) -> CheckYourEmail:
        services = request.services
        cause = services.cause(ANONYMOUS, correlation_id(request.scope))
        throttles = services.throttles
        await throttles.admitted(
            request,
            lambda connection: passwords.forget(connection, cause, data.email),
            throttles.of_address(request, "forgot"),
            throttles.of_emails("forgot", data.email),
        )
        return CheckYourEmail()

    @post(
        "/password/reset",
        status_code=204,
        summary="Choose a new password by the link",
        description="A link is good once, for an hour. All your sessions end; log in with the new password.",
        responses=can_fail(400, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def reset_password(self, data: JSONBody[PasswordReset], request: ApiRequest) -> None:
        services = request.services
        link_id = services.links.open(Purpose.RESET_PASSWORD, data.token)  # before the costly hash
        await services.throttles.admit(request, services.throttles.of_address(request, "reset"))
        new_hash = await services.passwords.hash(data.password)
        cause = services.cause(ANONYMOUS, correlation_id(request.scope))
        await services.database.write_async(lambda connection: passwords.reset(connection, cause, link_id, new_hash))

    @post(
        "/verify-email",
        status_code=204,
        summary="Prove your e-mail address by the link",
        description="A link is good once, for three days.",
        responses=can_fail(400, 413, 422),
    )
    async def verify_email(self, data: JSONBody[EmailProof], request: ApiRequest) -> None:
        services = request.services
        link_id = services.links.open(Purpose.VERIFY_EMAIL, data.token)
        cause = services.cause(ANONYMOUS, correlation_id(request.scope))
        await services.database.write_async(lambda connection: verify_email.verify(connection, cause, link_id))

    @post(
        "/verify-email/resend",
        status_code=202,
        summary="Ask for another link to prove your address",
        description="The one before is good no more.",
        responses=can_fail(401, 403, 409, 429),
        security=[SIGNED_IN],
        response_headers=THROTTLED,
    )
    async def resend_verification(self, request: ApiRequest) -> CheckYourEmail:
        services = request.services
        me = signed_in(request)
        require_session(me.caller)
        await services.throttles.admit(request, services.throttles.of_emails("resend", me.account_id))
        await me.write(lambda connection: verify_email.ask_again(connection, me.cause, me.account_id))
        return CheckYourEmail()
