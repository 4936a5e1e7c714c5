"""A worker's payout account: request it, continue its onboarding, watch its status."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody

from domain.errors import NotFound
from domain.identity.accounts.states import Role
from domain.payouts.accounts import read
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.request import request as ask_for
from domain.payouts.accounts.request import request_link
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.outgoing_views import PayoutAccountView
from web.problems import can_fail
from web.services import Services
from web.signed_in import signed_in
from web.texts import COUNTRY
from web.waiters import wait_of

ACCEPTED = 202
Prefer = Annotated[str | None, HeaderParameter(name="Prefer", description="`wait=N` seconds.")]


class PayoutAccountBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the worker lives and has a bank account: ISO 3166, upper case."""

    country: Annotated[str, msgspec.Meta(pattern=COUNTRY, examples=["US"])]


class PayoutAccountRoutes(Controller):
    path = "/payout-account"
    tags = ("Payouts",)
    security = (SIGNED_IN,)

    @post(
        status_code=ACCEPTED,
        summary="Ask for a payout account",
        description="Answers before the provider is asked, 202; 200 when there is one already. Watch it, and its "
        "`onboarding_url`, at `GET /payout-account`.",
        responses=can_fail(400, 401, 403, 413, 422)
        | {200: ResponseSpec(PayoutAccountView, description="It was asked for before.", generate_examples=False)},
    )
    async def ask_for_payout_account(
        self, data: JSONBody[PayoutAccountBody], request: ApiRequest
    ) -> Response[PayoutAccountView]:
        me = signed_in(request, Role.WORKER)
        requested = await me.write(lambda c: ask_for(c, me.cause, data.country))
        shown = PayoutAccountView.of(requested.account, request.services.clock())
        headers = {"Location": "/payout-account"}
        return Response(shown, status_code=ACCEPTED if requested.is_new else 200, headers=headers)

    @get(
        summary="My payout account",
        description="With `Prefer: wait=N` (at most 25 seconds) the answer is held until the provider has spoken: "
        "until there is an `onboarding_url`, or none is needed.",
        responses=can_fail(400, 401, 403, 404),
    )
    async def show_payout_account(self, request: ApiRequest, prefer: Prefer = None) -> PayoutAccountView:
        services = request.services
        me = signed_in(request, Role.WORKER)

        def look(connection: Any) -> PayoutAccount:
            found = read.of_account(connection, me.account_id)
            if found is None:
                raise NotFound("payout account")
            return found

        found = await me.read(look)
        seconds = wait_of(prefer)
        if seconds and found.is_waiting:
            await services.waiters.until_settled(found.id, seconds)
            found = await me.read(look)
        return _shown(found, services)

    @post(
        "/onboarding-link",
        status_code=ACCEPTED,
        summary="Ask for a fresh page to go on with",
        description="The page before is over after some minutes, and was for one visit. The new one is the "
        "`onboarding_url` of `GET /payout-account`, where you can wait for it. Also to change the bank account.",
        responses=can_fail(401, 403, 404, 409),
    )
    async def ask_for_onboarding_link(self, request: ApiRequest) -> Response[PayoutAccountView]:
        me = signed_in(request, Role.WORKER)
        found = await me.write(lambda c: request_link(c, me.cause))
        return Response(_shown(found, request.services), status_code=ACCEPTED, headers={"Location": "/payout-account"})


def _shown(found: PayoutAccount, services: Services) -> PayoutAccountView:
    return PayoutAccountView.of(found, services.clock())
