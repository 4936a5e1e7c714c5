"""The steps of a booking: start, complete, request changes, approve, cancel, report a no-show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody

from domain.bookings.complete import complete
from domain.bookings.read import Booking
from domain.bookings.request_changes import request_changes
from domain.bookings.start import start
from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.states import Role
from domain.settlement.approve import approve
from domain.settlement.cancel import cancel
from domain.settlement.no_show import report_no_show
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import WORDS, LongText

Verb = Callable[[Connection, Cause, str], Booking]
Wish = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=WORDS, examples=["It still drips."])]


class NoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: LongText = ""


class ChangesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The work that is missing."""

    note: Wish


class BookingStepRoutes(Controller):
    path = "/bookings/{booking_id:str}"
    tags = ("Bookings",)

    @post(
        "/start",
        status_code=200,
        summary="Begin the work",
        description="The worker's, once the booking is funded.",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="start_booking",
    )
    async def start(self, booking_id: FromPath[str], request: ApiRequest) -> Booking:
        return await _step(request, Role.WORKER, booking_id, start)

    @post(
        "/complete",
        status_code=200,
        summary="Say that the work is done",
        description="The worker's. At `approves_at` it is approved by itself, unless the client speaks before.",
        responses=can_fail(400, 401, 403, 404, 409, 413),
        security=[SIGNED_IN],
        operation_id="complete_booking",
    )
    async def complete(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:
        services = request.services
        after = timedelta(seconds=services.settings.approve_after_s)

        def verb(connection: Connection, cause: Cause, wanted: str) -> Booking:
            return complete(connection, cause, wanted, note=data.note, approve_after=after)

        return await _step(request, Role.WORKER, booking_id, verb)

    @post(
        "/request-changes",
        status_code=200,
        summary="Ask for changes to completed work",
        description="The client's. The work goes on; it approves itself no more until it is completed again.",
        responses=can_fail(400, 401, 403, 404, 409, 413),
        security=[SIGNED_IN],
        operation_id="request_changes",
    )
    async def request_changes(
        self,
        booking_id: FromPath[str],
        data: JSONBody[ChangesBody],
        request: ApiRequest,
    ) -> Booking:

        def verb(connection: Connection, cause: Cause, wanted: str) -> Booking:
            return request_changes(connection, cause, wanted, note=data.note)

        return await _step(request, Role.CLIENT, booking_id, verb)

    @post(
        "/approve",
        status_code=200,
        summary="Approve completed work",
        description="The client's. The worker is paid.",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="approve_booking",
    )
    async def approve(self, booking_id: FromPath[str], request: ApiRequest) -> Booking:
        return await _step(request, Role.CLIENT, booking_id, approve)

    @post(
        "/cancel",
        status_code=200,
        summary="Call a booking off before the work starts",
        description="By either side. What was paid goes back in full, and the job is open again for others.",
        responses=can_fail(400, 401, 404, 409, 413),
        security=[SIGNED_IN],
        operation_id="cancel_booking",
    )
    async def cancel(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:

        def verb(connection: Connection, cause: Cause, wanted: str) -> Booking:
            return cancel(connection, cause, wanted, note=data.note)

        return await _step(request, None, booking_id, verb)

    @post(
        "/no-show",
        status_code=200,
        summary="Say that the other side did not come",
        description="By either side, from an hour after the agreed start on. It ends like a cancellation.",
        responses=can_fail(400, 401, 404, 409, 413),
        security=[SIGNED_IN],
        operation_id="report_no_show",
    )
    async def no_show(
        self,
        booking_id: FromPath[str],
        data: JSONBody[NoteBody],
        request: ApiRequest,
    ) -> Booking:

        def verb(connection: Connection, cause: Cause, wanted: str) -> Booking:
            return report_no_show(connection, cause, wanted, note=data.note)

        return await _step(request, None, booking_id, verb)


async def _step(request: ApiRequest, role: Role | None, booking_id: str, verb: Verb) -> Booking:
    """Run one step of a booking for a caller in ``role``; None allows either side."""
    me = signed_in(request, role)
    return await me.write(lambda connection: verb(connection, me.cause, an_id(booking_id, "booking")))
