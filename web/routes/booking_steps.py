"""The steps of a booking: start, complete, request changes, approve, cancel, report a no-show."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody

from domain.bookings.complete import complete
from domain.bookings.read import Booking
from domain.bookings.request_changes import request_changes
from domain.bookings.start import start
from domain.identity.accounts.states import Role
from domain.settlement.approve import approve
from domain.settlement.cancel import cancel
from domain.settlement.no_show import report_no_show
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import WORDS, LongText

Wish = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=WORDS, examples=["It still drips."])]


class NoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: LongText = ""


class ChangesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The work that is missing."""

    note: Wish


class BookingStepRoutes(Controller):
    path = "/bookings/{booking_id:str}"
    tags = ("Bookings",)
    security = (SIGNED_IN,)

    @post(
        "/start",
        status_code=200,
        summary="Begin the work",
        description="The worker's, once the booking is funded.",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def start_booking(self, booking_id: FromPath[str], request: ApiRequest) -> Booking:
        return await signed_in(request, Role.WORKER).change(start, "booking", booking_id)

    @post(
        "/complete",
        status_code=200,
        summary="Say that the work is done",
        description="The worker's. At `approves_at` it is approved by itself, unless the client speaks before.",
        responses=can_fail(400, 401, 403, 404, 409, 413),
    )
    async def complete_booking(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:
        after = timedelta(seconds=request.services.settings.approve_after_s)
        me = signed_in(request, Role.WORKER)
        return await me.change(complete, "booking", booking_id, note=data.note, approve_after=after)

    @post(
        "/request-changes",
        status_code=200,
        summary="Ask for changes to completed work",
        description="The client's. The work goes on; it approves itself no more until it is completed again.",
        responses=can_fail(400, 401, 403, 404, 409, 413),
    )
    async def request_changes(
        self,
        booking_id: FromPath[str],
        data: JSONBody[ChangesBody],
        request: ApiRequest,
    ) -> Booking:
        return await signed_in(request, Role.CLIENT).change(request_changes, "booking", booking_id, note=data.note)

    @post(
        "/approve",
        status_code=200,
        summary="Approve completed work",
        description="The client's. The worker is paid.",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def approve_booking(self, booking_id: FromPath[str], request: ApiRequest) -> Booking:
        return await signed_in(request, Role.CLIENT).change(approve, "booking", booking_id)

    @post(
        "/cancel",
        status_code=200,
        summary="Call a booking off before the work starts",
        description="By either side. What was paid goes back in full, and the job is open again for others.",
        responses=can_fail(400, 401, 404, 409, 413),
    )
    async def cancel_booking(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:
        return await signed_in(request).change(cancel, "booking", booking_id, note=data.note)

    @post(
        "/no-show",
        status_code=200,
        summary="Say that the other side did not come",
        description="By either side, from an hour after the agreed start on. It ends like a cancellation.",
        responses=can_fail(400, 401, 404, 409, 413),
    )
    async def report_no_show(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:
        return await signed_in(request).change(report_no_show, "booking", booking_id, note=data.note)
