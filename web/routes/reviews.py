"""Reviews that the two sides of a booking write about each other."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.bookings.reviews import read
from domain.bookings.reviews.read import BookingReviews, PublicReview, Review
from domain.bookings.reviews.report import Report, report
from domain.bookings.reviews.write import write
from domain.identity.accounts.states import Role
from domain.marketplace.ratings.read import Rating
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor, split
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import LongText, Words


class ReviewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plain text: whatever shows it has to escape it."""

    rating: Annotated[int, msgspec.Meta(ge=1, le=5, description="Stars.", examples=[5])]
    text: LongText = ""


class ReportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Words


class ReviewPage(Page, frozen=True):
    """``rating`` is over all pages."""

    items: list[PublicReview]
    rating: Rating


async def _about(request: ApiRequest, account_id: str, role: Role, limit: int, cursor: str | None) -> ReviewPage:
    before = check_cursor(cursor, "rev")
    rating, found = await request.services.database.read_inline_or_pool(
        lambda connection: read.about(connection, an_id(account_id, role.value), role, before=before, most=limit + 1)
    )
    return ReviewPage(*split(found, limit), rating)


class ReviewRoutes(Controller):
    path = "/"
    tags = ("Reviews",)

    @post(
        "/bookings/{booking_id:str}/reviews",
        summary="Review the other side of a booking",
        description="Once, within 14 days of the approval (or of a cancellation after the work had begun). Nobody "
        "else sees it before the other side has written too, or 7 days have passed.",
        responses=can_fail(400, 401, 404, 409, 413),
        security=[SIGNED_IN],
    )
    async def write_review(
        self,
        booking_id: FromPath[str],
        data: JSONBody[ReviewBody],
        request: ApiRequest,
    ) -> Review:
        return await signed_in(request).change(write, "booking", booking_id, rating=data.rating, text=data.text)

    @get(
        "/bookings/{booking_id:str}/reviews",
        summary="The reviews of a booking, as far as you may see them",
        responses=can_fail(400, 401, 404),
        security=[SIGNED_IN],
    )
    async def show_booking_reviews(self, booking_id: FromPath[str], request: ApiRequest) -> BookingReviews:
        me = signed_in(request)
        return await me.read(lambda connection: read.seen_by(connection, me.account_id, an_id(booking_id, "booking")))

    @get(
        "/workers/{account_id:str}/reviews",
        summary="What clients say of a worker, newest first",
        responses=can_fail(400, 404, 422),
    )
    async def list_worker_reviews(
        self, account_id: FromPath[str], request: ApiRequest, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> ReviewPage:
        return await _about(request, account_id, Role.WORKER, limit, cursor)

    @get(
        "/clients/{account_id:str}/reviews",
        summary="What workers say of a client, newest first",
        responses=can_fail(400, 404, 422),
    )
    async def list_client_reviews(
        self, account_id: FromPath[str], request: ApiRequest, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> ReviewPage:
        return await _about(request, account_id, Role.CLIENT, limit, cursor)

    @post(
        "/reviews/{review_id:str}/reports",
        summary="Report a review to the moderators",
        responses=can_fail(400, 401, 404, 409, 413),
        security=[SIGNED_IN],
    )
    async def report_review(
        self,
        review_id: FromPath[str],
        data: JSONBody[ReportBody],
        request: ApiRequest,
    ) -> Report:
        return await signed_in(request).change(report, "review", review_id, data.reason)
