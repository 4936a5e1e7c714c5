"""Bookings, for their two parties."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.params import FromPath

from domain.bookings import read
from domain.bookings.read import Booking
from web.auth import SIGNED_IN, caller_of
from web.ids import an_id
from web.problems import can_fail
from web.services import Provided


class BookingRoutes(Controller):
    path = "/bookings"
    tags = ("Bookings",)

    @get(
        "/{booking_id:str}",
        summary="One booking",
        responses=can_fail(400, 401, 404),
        security=[SIGNED_IN],
        operation_id="show_booking",
    )
    async def show(self, booking_id: FromPath[str], request: Request[Any, Any, Any], services: Provided) -> Booking:
        caller = caller_of(request, services)
        return await services.read(
            caller, lambda connection: read.for_party(connection, an_id(booking_id, "booking"), caller.account_id)
        )
