"""Pay for a booking, and watch the payment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody

from domain.identity.accounts.states import Role
from domain.payments import read
from domain.payments.accept import ACCEPTED, NewPayment, accept
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.idempotency import REPLAYED, required_key
from web.ids import an_id
from web.openapi import MADE_ONCE, NeedsKey
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import METHOD
from web.views import PaymentView
from web.waiters import wait_of

ROUTE = "POST /payments"


class PaymentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """There is no amount: it is the booking's.  Without a ``payment_method`` the client confirms by itself,
    with the ``client_secret`` that the payment will carry."""

    booking_id: Annotated[str, msgspec.Meta(examples=["bkg_0006479a1b2c3d4e5f6071829"])]
    provider: Literal["stripe"] = "stripe"
    payment_method: Annotated[str, msgspec.Meta(pattern=METHOD, examples=["pm_card_visa"])] | None = None


class PaymentPage(Page, frozen=True):
    items: list[PaymentView]


class PaymentRoutes(Controller):
    path = "/payments"
    tags = ("Payments",)
    security = (SIGNED_IN,)

    @post(
        status_code=ACCEPTED,
        summary="Pay for a booking",
        description="Answers before the provider is asked; watch the payment at `Location`. The same key and "
        "body give the same payment.",
        responses=can_fail(400, 401, 403, 404, 409, 413, 422),
        operation_class=NeedsKey,
        response_headers=MADE_ONCE,
    )
    async def pay(
        self,
        data: JSONBody[PaymentBody],
        request: ApiRequest,
        idempotency_key: Annotated[
            str | None, HeaderParameter(name="Idempotency-Key", description="Required; new for every payment you mean.")
        ] = None,
    ) -> Response[PaymentView]:
        me = signed_in(request, Role.CLIENT)
        key = await required_key(request, idempotency_key, f"{me.account_id} {ROUTE}")
        new = NewPayment(an_id(data.booking_id, "booking"), data.provider, data.payment_method)
        accepted = await me.write(lambda connection: accept(connection, me.cause, new, key))
        headers = {"Location": f"/payments/{accepted.payment.id}"}
        if accepted.replayed:
            headers |= REPLAYED
        return Response(PaymentView.of(accepted.payment), status_code=ACCEPTED, headers=headers)

    @get(
        summary="Your payments, newest first",
        description="The client's. A worker finds what a booking brings in `GET /payouts`.",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_payments(
        self, request: ApiRequest, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> PaymentPage:
        me = signed_in(request, Role.CLIENT)
        before = check_cursor(cursor, "pay")
        found = await me.read(lambda c: read.page(c, me.account_id, before=before, most=limit + 1))
        return PaymentPage.of([PaymentView.of(each) for each in found], limit)

    @get(
        "/{payment_id:str}",
        summary="One payment",
        description="With `Prefer: wait=N` (at most 25 seconds) the answer is held until the provider has spoken.",
        responses=can_fail(400, 401, 404),
    )
    async def show_payment(
        self,
        payment_id: FromPath[str],
        request: ApiRequest,
        prefer: Annotated[str | None, HeaderParameter(name="Prefer", description="`wait=N` seconds.")] = None,
    ) -> PaymentView:
        me = signed_in(request)

        def look(connection: Any) -> read.Payment:
            return read.for_client(connection, an_id(payment_id, "payment"), me.account_id)

        found = await me.read(look)
        seconds = wait_of(prefer)
        if seconds and found.is_unsettled:
            await request.services.waiters.until_settled(payment_id, seconds)
            found = await me.read(look)
        return PaymentView.of(found)
