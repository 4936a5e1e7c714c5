"""Post jobs, find them, apply for them, hire."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from domain.accounts.states import Role
from domain.errors import NotFound
from domain.jobs import read as jobs
from domain.jobs.post import NewJob
from domain.jobs.post import post as post_job
from domain.jobs.read import Job
from domain.jobs.states import JobState
from web.auth import SIGNED_IN, caller_of, require
from web.bodies import LINE, WHOLE, CurrencyCode, LongText, Minor, Text
from web.correlation import correlation_id
from web.ids import an_id
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.services import Provided


class JobBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Text
    description: LongText
    category: Annotated[str, msgspec.Meta(pattern=f"^[a-z][a-z_]{{1,39}}${WHOLE}", examples=["plumbing"])]
    city: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE, examples=["Berlin"])]
    budget_minor: Minor
    currency: CurrencyCode = "usd"


class JobPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[Job]
    next_cursor: str | None


class JobRoutes(Controller):
    path = "/jobs"
    tags = ("Jobs",)

    @post(
        summary="Post a job", responses=can_fail(400, 401, 403, 413, 422), security=[SIGNED_IN], operation_id="post_job"
    )
    async def post_job(self, data: JSONBody[JobBody], request: Request[Any, Any, Any], services: Provided) -> Job:
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        new = NewJob(data.title, data.description, data.category, data.city, data.budget_minor, data.currency)
        cause = services.cause(caller.account_id, correlation_id(request.scope))
        return await services.write(caller, lambda connection: post_job(connection, cause, new))

    @get(
        summary="Jobs of a status, newest first",
        responses=can_fail(400, 422),
        operation_id="list_jobs",
    )
    async def list_jobs(
        self,
        services: Provided,
        status: FromQuery[JobState] = JobState.OPEN,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> JobPage:
        before = check_cursor(cursor)
        if status == JobState.DRAFT:
            return JobPage([], None)  # a draft is seen by its client only
        found = await services.database.read_inline_or_pool(
            lambda connection: jobs.page(connection, status=status.value, before=before, most=limit + 1)
        )
        return page(JobPage, found, limit)

    @get(
        "/{job_id:str}",
        summary="One job",
        responses=can_fail(400, 404),
        operation_id="show_job",
    )
    async def show_job(self, job_id: FromPath[str], services: Provided) -> Job:
        found = await services.database.read_inline_or_pool(
            lambda connection: jobs.by_id(connection, an_id(job_id, "job"))
        )
        if found.status == JobState.DRAFT:
            raise NotFound("job")
        return found
