"""Refunds, for the client who gets them."""

from __future__ import annotations

import msgspec
from litestar import Controller, get
from litestar.params import FromPath

from domain.payments.refunds import read
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.outgoing_views import RefundView
from web.problems import can_fail
from web.signed_in import signed_in


class RefundList(msgspec.Struct, frozen=True):
    """All of them: a booking has a handful."""

    items: list[RefundView]
    next_cursor: None = None


class RefundRoutes(Controller):
    path = "/"
    tags = ("Refunds",)
    security = (SIGNED_IN,)

    @get(
        "/refunds/{refund_id:str}",
        summary="One refund",
        description="For the client who gets it.",
        responses=can_fail(400, 401, 404),
    )
    async def show_refund(self, refund_id: FromPath[str], request: ApiRequest) -> RefundView:
        me = signed_in(request)
        return RefundView.of(await me.read(lambda c: read.for_client(c, an_id(refund_id, "refund"), me.account_id)))

    @get(
        "/bookings/{booking_id:str}/refunds",
        summary="A booking's refunds",
        description="For the client who paid, the first one first.",
        responses=can_fail(400, 401, 404),
    )
    async def list_refunds(self, booking_id: FromPath[str], request: ApiRequest) -> RefundList:
        me = signed_in(request)
        found = await me.read(lambda c: read.of_booking(c, an_id(booking_id, "booking"), me.account_id))
        return RefundList([RefundView.of(each) for each in found])
