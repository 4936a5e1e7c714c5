"""Apply for jobs, and withdraw, shortlist or decline applications."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.database import Connection
from domain.dates import Dates
from domain.errors import NotFound
from domain.identity.accounts.states import Role
from domain.marketplace.applications import judge, read, withdraw
from domain.marketplace.applications.read import Application
from domain.marketplace.applications.submit import submit
from domain.marketplace.jobs import read as jobs
from web.auth import SIGNED_IN
from web.bodies import ApiRequest, Minor, Moment
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import LongText
from web.throttles import Counted


class ApplicationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``job_version``: the one that the worker saw; 409 ``job_changed`` when the job is at another by now."""

    message: LongText
    price_minor: Minor
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    job_version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1, examples=[1])] | None = None


class ApplicationPage(Page, frozen=True):
    items: list[Application]


class ApplicationRoutes(Controller):
    path = "/"
    tags = ("Applications",)
    security = (SIGNED_IN,)

    @post(
        "/jobs/{job_id:str}/applications",
        summary="Apply for a job",
        responses=can_fail(400, 401, 403, 404, 409, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def apply(
        self,
        job_id: FromPath[str],
        data: JSONBody[ApplicationBody],
        request: ApiRequest,
    ) -> Application:
        return await signed_in(request, Role.WORKER).change_counted(
            Counted.APPLICATIONS,
            submit,
            "job",
            job_id,
            message=data.message,
            price_minor=data.price_minor,
            dates=Dates(data.starts_at, data.ends_at),
            job_version=data.job_version,
        )

    @get(
        "/jobs/{job_id:str}/applications",
        summary="Who applied, oldest first",
        responses=can_fail(400, 401, 404, 422),
    )
    async def list_applications(
        self,
        job_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ApplicationPage:
        me = signed_in(request)
        after = check_cursor(cursor, "app")

        def look(connection: Connection) -> list[Application]:
            if jobs.by_id(connection, an_id(job_id, "job")).client_id != me.account_id:
                raise NotFound("job")
            return read.of_job(connection, job_id, after=after, most=limit + 1)

        return ApplicationPage.of(await me.read(look), limit)

    @get(
        "/me/applications",
        summary="Your own applications, newest first",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_my_applications(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ApplicationPage:
        me = signed_in(request, Role.WORKER)
        before = check_cursor(cursor, "app")
        found = await me.read(lambda c: read.of_worker(c, me.account_id, before=before, most=limit + 1))
        return ApplicationPage.of(found, limit)

    @get(
        "/applications/{application_id:str}",
        summary="One application, for its worker and the client of the job",
        responses=can_fail(400, 401, 404),
    )
    async def show_application(self, application_id: FromPath[str], request: ApiRequest) -> Application:
        me = signed_in(request)
        return await me.read(lambda c: read.for_party(c, an_id(application_id, "application"), me.account_id))

    @post(
        "/applications/{application_id:str}/withdraw",
        status_code=200,
        summary="Take your application back",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def withdraw_application(self, application_id: FromPath[str], request: ApiRequest) -> Application:
        return await signed_in(request, Role.WORKER).change(withdraw.withdraw, "application", application_id)

    @post(
        "/applications/{application_id:str}/shortlist",
        status_code=200,
        summary="Keep this applicant in mind",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def shortlist_application(self, application_id: FromPath[str], request: ApiRequest) -> Application:
        return await signed_in(request, Role.CLIENT).change(judge.shortlist, "application", application_id)

    @post(
        "/applications/{application_id:str}/decline",
        status_code=200,
        summary="Decline this applicant",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def decline_application(self, application_id: FromPath[str], request: ApiRequest) -> Application:
        return await signed_in(request, Role.CLIENT).change(judge.decline, "application", application_id)
