"""Actions of admins on accounts."""

from __future__ import annotations

from litestar import Controller, post
from litestar.params import FromPath

from domain.identity.accounts.suspend import reinstate, suspend
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.problems import can_fail
from web.signed_in import signed_in
from web.views import AdminAccountView


class AccountRoutes(Controller):
    path = "/accounts"
    tags = ("Administration",)

    @post(
        "/{account_id:str}/suspend",
        status_code=200,
        summary="Close the door to somebody, at once",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="suspend_account",
    )
    async def suspend(self, account_id: FromPath[str], request: ApiRequest) -> AdminAccountView:
        me = signed_in(request)
        return AdminAccountView.of(
            await me.write(lambda connection: suspend(connection, me.cause, an_id(account_id, "account")))
        )

    @post(
        "/{account_id:str}/reinstate",
        status_code=200,
        summary="Open the door again",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="reinstate_account",
    )
    async def reinstate(self, account_id: FromPath[str], request: ApiRequest) -> AdminAccountView:
        me = signed_in(request)
        return AdminAccountView.of(
            await me.write(lambda connection: reinstate(connection, me.cause, an_id(account_id, "account")))
        )
