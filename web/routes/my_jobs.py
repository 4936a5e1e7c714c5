"""The caller's jobs: those that a client posted, and those that match a worker's profile."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from domain.identity.accounts.states import Role
from domain.marketplace.directory.matching import matching
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.query import WIDEST_KM
from domain.marketplace.jobs.read import FullJob
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor, position_of
from web.problems import can_fail
from web.routes.jobs import JobPage, page_of
from web.signed_in import signed_in

Radius = Annotated[float, QueryParameter(gt=0, le=WIDEST_KM, description="Around the place of your profile.")]


class MyJobPage(Page, frozen=True):
    items: list[FullJob]


class MyJobRoutes(Controller):
    path = "/me"
    tags = ("Jobs",)
    security = (SIGNED_IN,)

    @get(
        "/jobs",
        summary="Your own jobs in every status, drafts too, newest first",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_my_jobs(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> MyJobPage:
        me = signed_in(request, Role.CLIENT)
        before = check_cursor(cursor, "job")
        found = await me.read(lambda c: jobs.of_client(c, me.account_id, before=before, most=limit + 1))
        return MyJobPage.of(found, limit)

    @get(
        "/matching-jobs",
        summary="Open jobs for you, newest first",
        description="Of the skills of your profile, round its place on the map if it has one, else in its city; "
        "without those that you have applied for, so a page may be shorter than `limit`.",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_matching_jobs(
        self,
        request: ApiRequest,
        radius_km: Radius = 25.0,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> JobPage:
        me = signed_in(request, Role.WORKER)
        name = f"matching {me.account_id}"
        after = position_of(cursor, name, 1) if cursor is not None else None
        found = await me.read_in_pool(
            lambda connection: matching(connection, me.account_id, radius_km=radius_km, after=after, most=limit),
        )
        return page_of(found, name)
