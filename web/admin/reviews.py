"""Actions of admins on reported reviews."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from domain.bookings.reviews import report
from domain.bookings.reviews.moderate import dismiss, hide, restore
from domain.bookings.reviews.read import Review
from domain.bookings.reviews.report import Reported
from domain.bookings.reviews.states import ReportState
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.signed_in import signed_in


class ReportPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[Reported]
    next_cursor: str | None


class ModerationRoutes(Controller):
    path = "/"
    tags = ("Moderation",)

    @get(
        "/reports",
        summary="Reports about reviews, oldest first",
        responses=can_fail(400, 401, 403, 422),
        security=[SIGNED_IN],
        operation_id="list_reports",
    )
    async def list_reports(
        self,
        request: ApiRequest,
        status: FromQuery[ReportState] = ReportState.OPEN,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ReportPage:
        me = signed_in(request)
        after = check_cursor(cursor, "rep")
        found = await me.read(lambda connection: report.page(connection, status, after=after, most=limit + 1))
        return page(ReportPage, found, limit)

    @post(
        "/reports/{report_id:str}/dismiss",
        status_code=204,
        summary="Find that a report is no reason to hide the review",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="dismiss_report",
    )
    async def dismiss(self, report_id: FromPath[str], request: ApiRequest) -> None:
        me = signed_in(request)
        await me.write(lambda connection: dismiss(connection, me.cause, an_id(report_id, "report")))

    @post(
        "/reviews/{review_id:str}/hide",
        status_code=200,
        summary="Take a review down; it no longer counts",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="hide_review",
    )
    async def hide(self, review_id: FromPath[str], request: ApiRequest) -> Review:
        me = signed_in(request)
        return await me.write(lambda connection: hide(connection, me.cause, an_id(review_id, "review")))

    @post(
        "/reviews/{review_id:str}/restore",
        status_code=200,
        summary="Show a hidden review again; it counts again",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="restore_review",
    )
    async def restore(self, review_id: FromPath[str], request: ApiRequest) -> Review:
        me = signed_in(request)
        return await me.write(lambda connection: restore(connection, me.cause, an_id(review_id, "review")))
