"""Apply for jobs, and hire."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath, JSONBody

from domain.accounts.states import Role
from domain.applications import read as applications
from domain.applications.read import Application
from domain.applications.submit import submit
from domain.bookings.hire import hire
from domain.bookings.read import Booking
from domain.errors import NotFound
from domain.jobs import read as jobs
from web.auth import SIGNED_IN, caller_of, require
from web.bodies import LongText, Minor
from web.correlation import correlation_id
from web.ids import an_id
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.services import Provided


class ApplicationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    message: LongText
    price_minor: Minor


class ApplicationPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[Application]
    next_cursor: str | None


class ApplicationRoutes(Controller):
    path = "/"
    tags = ("Applications",)

    @post(
        "/jobs/{job_id:str}/applications",
        summary="Apply for a job",
        responses=can_fail(400, 401, 403, 404, 409, 413, 422),
        security=[SIGNED_IN],
        operation_id="apply",
    )
    async def apply(
        self,
        job_id: FromPath[str],
        data: JSONBody[ApplicationBody],
        request: Request[Any, Any, Any],
        services: Provided,
    ) -> Application:
        caller = caller_of(request, services)
        require(caller, Role.WORKER)
        cause = services.cause(caller.account_id, correlation_id(request.scope))
        return await services.write(
            caller,
            lambda connection: submit(
                connection, cause, an_id(job_id, "job"), message=data.message, price_minor=data.price_minor
            ),
        )

    @get(
        "/jobs/{job_id:str}/applications",
        summary="Who applied, oldest first",
        responses=can_fail(400, 401, 404, 422),
        security=[SIGNED_IN],
        operation_id="list_applications",
    )
    async def list_applications(
        self,
        job_id: FromPath[str],
        request: Request[Any, Any, Any],
        services: Provided,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ApplicationPage:
        caller = caller_of(request, services)
        after = check_cursor(cursor)

        def look(connection: Any) -> list[Application]:
            if jobs.by_id(connection, an_id(job_id, "job")).client_id != caller.account_id:
                raise NotFound("job")
            return applications.of_job(connection, job_id, after=after, most=limit + 1)

        return page(ApplicationPage, await services.read(caller, look), limit)

    @post(
        "/applications/{application_id:str}/hire",
        summary="Hire this applicant",
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
        operation_id="hire",
    )
    async def hire(self, application_id: FromPath[str], request: Request[Any, Any, Any], services: Provided) -> Booking:
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        cause = services.cause(caller.account_id, correlation_id(request.scope))
        return await services.write(
            caller, lambda connection: hire(connection, cause, an_id(application_id, "application"), services.fees)
        )
