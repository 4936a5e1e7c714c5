"""Bookings, for their two parties."""

from __future__ import annotations

from litestar import Controller, get
from litestar.params import FromPath, FromQuery

from domain.bookings import read
from domain.bookings.read import NamedBooking
from domain.bookings.states import BookingStatus
from domain.database import Connection
from domain.identity.accounts.states import Role
from domain.oversight.timeline import Entry, timeline
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in


class BookingPage(Page, frozen=True):
    items: list[NamedBooking]


class Timeline(Page, frozen=True):
    items: list[Entry]


class BookingRoutes(Controller):
    path = "/bookings"
    tags = ("Bookings",)
    security = (SIGNED_IN,)

    @get(
        summary="Your bookings, newest first",
        description="As their client or as their worker, whichever you are.",
        responses=can_fail(400, 401, 422),
    )
    async def list_bookings(
        self,
        request: ApiRequest,
        status: FromQuery[BookingStatus | None] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> BookingPage:
        me = signed_in(request)
        before = check_cursor(cursor, "bkg")
        of_party = read.of_worker if me.caller.role == Role.WORKER else read.of_client
        wanted = status.value if status else None
        found = await me.read(lambda c: of_party(c, me.account_id, status=wanted, before=before, most=limit + 1))
        return BookingPage.of(found, limit)

    @get(
        "/{booking_id:str}",
        summary="One booking",
        responses=can_fail(400, 401, 404),
    )
    async def show_booking(self, booking_id: FromPath[str], request: ApiRequest) -> NamedBooking:
        me = signed_in(request)
        return await me.read(lambda connection: read.named(connection, an_id(booking_id, "booking"), me.account_id))

    @get(
        "/{booking_id:str}/timeline",
        summary="What happened to a booking, oldest first",
        description="Of the booking, its payments, refunds and payout, and the proposals to reschedule it.",
        responses=can_fail(400, 401, 404, 422),
    )
    async def show_timeline(
        self,
        booking_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Timeline:
        me = signed_in(request)
        after = check_cursor(cursor, "his")

        def look(connection: Connection) -> list[Entry]:
            wanted = an_id(booking_id, "booking")
            return timeline(connection, wanted, me.account_id, after=after, most=limit + 1)

        return Timeline.of(await me.read(look), limit)
