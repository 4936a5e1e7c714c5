"""Actions of admins on reported reviews."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from domain.bookings.reviews import report
from domain.bookings.reviews.moderate import dismiss, hide, restore
from domain.bookings.reviews.read import Review
from domain.bookings.reviews.report import Reported
from domain.bookings.reviews.states import ReportStatus
from web.bodies import ApiRequest
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in


class ReportPage(Page, frozen=True):
    items: list[Reported]


class ModerationRoutes(Controller):
    path = "/"
    tags = ("Moderation",)

    @get(
        "/reports",
        summary="Reports about reviews, oldest first",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_reports(
        self,
        request: ApiRequest,
        status: FromQuery[ReportStatus] = ReportStatus.OPEN,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ReportPage:
        me = signed_in(request)
        after = check_cursor(cursor, "rep")
        found = await me.read(lambda connection: report.page(connection, status, after=after, most=limit + 1))
        return ReportPage.of(found, limit)

    @post(
        "/reports/{report_id:str}/dismiss",
        status_code=204,
        summary="Find that a report is no reason to hide the review",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def dismiss_report(self, report_id: FromPath[str], request: ApiRequest) -> None:
        await signed_in(request).change(dismiss, "report", report_id)

    @post(
        "/reviews/{review_id:str}/hide",
        status_code=200,
        summary="Take a review down; it no longer counts",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def hide_review(self, review_id: FromPath[str], request: ApiRequest) -> Review:
        return await signed_in(request).change(hide, "review", review_id)

    @post(
        "/reviews/{review_id:str}/restore",
        status_code=200,
        summary="Show a hidden review again; it counts again",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def restore_review(self, review_id: FromPath[str], request: ApiRequest) -> Review:
        return await signed_in(request).change(restore, "review", review_id)
