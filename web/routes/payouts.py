"""A worker's earnings, and their way to the worker's bank."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, HeaderParameter

from domain.identity.accounts.states import Role
from domain.payouts import read
from domain.payouts.earnings import Earned, earnings
from domain.payouts.retry import ACCEPTED, retry
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.idempotency import REPLAYED, required_key
from web.ids import an_id
from web.openapi import MADE_ONCE, NeedsKey
from web.outgoing_views import PayoutView
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in


class PayoutPage(Page, frozen=True):
    items: list[PayoutView]


class Earnings(msgspec.Struct, frozen=True):
    """One entry for each currency that anything was earned in."""

    items: list[Earned]


class PayoutRoutes(Controller):
    path = "/"
    tags = ("Payouts",)
    security = (SIGNED_IN,)

    @get(
        "/earnings",
        summary="What I have earned, and where it is",
        responses=can_fail(401, 403),
    )
    async def show_earnings(self, request: ApiRequest) -> Earnings:
        me = signed_in(request, Role.WORKER)
        return Earnings(await me.read(lambda c: earnings(c, me.account_id)))

    @get(
        "/payouts",
        summary="My payouts",
        description="The newest first; one for each booking that was approved.",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_payouts(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> PayoutPage:
        me = signed_in(request, Role.WORKER)
        before = check_cursor(cursor, "pyt")
        found = await me.read(lambda c: read.page(c, me.account_id, before=before, most=limit + 1))
        return PayoutPage.of([PayoutView.of(each) for each in found], limit)

    @get(
        "/payouts/{payout_id:str}",
        summary="One payout",
        responses=can_fail(400, 401, 404),
    )
    async def show_payout(self, payout_id: FromPath[str], request: ApiRequest) -> PayoutView:
        me = signed_in(request)
        return PayoutView.of(await me.read(lambda c: read.for_worker(c, an_id(payout_id, "payout"), me.account_id)))

    @post(
        "/payouts/{payout_id:str}/retry",
        status_code=ACCEPTED,
        summary="Try a payout again",
        description="One that failed or was returned: its money is payable, and goes the same way once more. Correct "
        "the payout account first, where the bank did not take it.",
        responses=can_fail(400, 401, 403, 404, 409, 422),
        operation_class=NeedsKey,
        response_headers=MADE_ONCE,
    )
    async def retry_payout(
        self,
        payout_id: FromPath[str],
        request: ApiRequest,
        idempotency_key: Annotated[
            str | None, HeaderParameter(name="Idempotency-Key", description="Required; new for every try you mean.")
        ] = None,
    ) -> Response[PayoutView]:
        me = signed_in(request, Role.WORKER)
        wanted = an_id(payout_id, "payout")
        key = await required_key(request, idempotency_key, f"{me.account_id} POST /payouts/{wanted}/retry")
        found, replayed = await me.write(lambda c: retry(c, me.cause, wanted, key))
        headers = {"Location": f"/payouts/{found.id}", **(REPLAYED if replayed else {})}
        return Response(PayoutView.of(found), status_code=ACCEPTED, headers=headers)
