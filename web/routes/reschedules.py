"""Agree on another time for a booking."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.bookings import read as bookings
from domain.bookings.read import Booking
from domain.bookings.reschedules import read
from domain.bookings.reschedules.answer import accept, refuse
from domain.bookings.reschedules.propose import propose
from domain.bookings.reschedules.read import Reschedule
from domain.cause import Cause
from domain.database import Connection
from domain.dates import Dates
from web.auth import SIGNED_IN
from web.bodies import ApiRequest, Moment
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import LongText
from web.throttles import Counted

Answer = Callable[[Connection, Cause, str, str], Booking]


class RescheduleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts_at: Moment
    ends_at: Moment | None = None
    note: LongText = ""


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The proposal that is answered: a newer one is answered by itself."""

    reschedule_id: str


class ReschedulePage(Page, frozen=True):
    items: list[Reschedule]


class RescheduleRoutes(Controller):
    path = "/bookings/{booking_id:str}/reschedule"
    tags = ("Bookings",)
    security = (SIGNED_IN,)

    @post(
        summary="Propose another time",
        description="By either side, before the work starts. It takes the place of the open proposal.",
        responses=can_fail(400, 401, 404, 409, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def propose_reschedule(
        self,
        booking_id: FromPath[str],
        data: JSONBody[RescheduleBody],
        request: ApiRequest,
    ) -> Reschedule:
        me = signed_in(request)
        dates = Dates(data.starts_at, data.ends_at)
        return await me.change_counted(Counted.MESSAGES, propose, "booking", booking_id, dates, data.note)

    @get(
        summary="The proposals, newest first",
        responses=can_fail(400, 401, 404, 422),
    )
    async def list_reschedules(
        self,
        booking_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ReschedulePage:
        me = signed_in(request)
        before = check_cursor(cursor, "rsc")

        def look(connection: Connection) -> list[Reschedule]:
            found = bookings.for_party(connection, an_id(booking_id, "booking"), me.account_id)
            return read.page(connection, found.id, before=before, most=limit + 1)

        return ReschedulePage.of(await me.read(look), limit)

    @post(
        "/accept",
        status_code=200,
        summary="Accept the other side's proposal",
        responses=can_fail(400, 401, 403, 404, 409, 413),
    )
    async def accept_reschedule(
        self,
        booking_id: FromPath[str],
        data: JSONBody[AnswerBody],
        request: ApiRequest,
    ) -> Booking:
        return await _answer(request, booking_id, data, accept)

    @post(
        "/refuse",
        status_code=200,
        summary="Refuse the other side's proposal",
        responses=can_fail(400, 401, 403, 404, 409, 413),
    )
    async def refuse_reschedule(
        self,
        booking_id: FromPath[str],
        data: JSONBody[AnswerBody],
        request: ApiRequest,
    ) -> Booking:
        return await _answer(request, booking_id, data, refuse)


async def _answer(request: ApiRequest, booking_id: str, body: AnswerBody, answer: Answer) -> Booking:
    me = signed_in(request)

    def unit(connection: Connection) -> Booking:
        return answer(connection, me.cause, an_id(booking_id, "booking"), an_id(body.reschedule_id, "proposal"))

    return await me.write(unit)
