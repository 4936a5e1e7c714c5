"""Actions of admins on accounts."""

from __future__ import annotations

from litestar import Controller, post
from litestar.params import FromPath

from domain.identity.accounts.suspend import reinstate, suspend
from web.bodies import ApiRequest
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
    )
    async def suspend_account(self, account_id: FromPath[str], request: ApiRequest) -> AdminAccountView:
        return AdminAccountView.of(await signed_in(request).change(suspend, "account", account_id))

    @post(
        "/{account_id:str}/reinstate",
        status_code=200,
        summary="Open the door again",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def reinstate_account(self, account_id: FromPath[str], request: ApiRequest) -> AdminAccountView:
        return AdminAccountView.of(await signed_in(request).change(reinstate, "account", account_id))
