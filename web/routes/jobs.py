"""Post jobs, find them, and see them to their end."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from domain.database import Connection
from domain.errors import Invalid
from domain.identity.accounts.states import Role
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.categories import CATEGORIES, Category
from domain.marketplace.jobs.post import NewJob
from domain.marketplace.jobs.post import post as post_job
from domain.marketplace.jobs.read import Found, FullJob, ListedJob
from domain.marketplace.jobs.search import search
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.listings.edit import edit
from domain.marketplace.listings.end import cancel
from domain.marketplace.listings.publish import publish
from web.auth import SIGNED_IN
from web.bodies import ApiRequest, CurrencyCode, Minor
from web.ids import an_id
from web.job_query import JobsQueried, listing
from web.openapi import THROTTLED
from web.paging import Page, cursor_to, position_of
from web.problems import can_fail
from web.queries import given_by
from web.signed_in import signed_in
from web.texts import CATEGORY, City, LongText, Text
from web.throttles import Counted

CategoryId = Annotated[
    str,
    msgspec.Meta(pattern=CATEGORY, description="See GET /categories.", examples=["plumbing"]),
]
Latitude = Annotated[
    float, msgspec.Meta(ge=-90, le=90, description="Degrees; kept to three decimals.", examples=[52.52])
]
Longitude = Annotated[
    float, msgspec.Meta(ge=-180, le=180, description="Degrees; kept to three decimals.", examples=[13.405])
]
Day = Annotated[date, msgspec.Meta(description="Where the work is.", examples=["2027-03-01"])]
OpenDays = Annotated[int, msgspec.Meta(ge=1, le=180, description="How long it stays open, once opened.", examples=[30])]


class JobBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Text
    description: LongText
    category: CategoryId
    city: City
    budget_minor: Minor
    currency: CurrencyCode = "usd"
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    wanted_from: Day | None = None
    wanted_until: Day | None = None
    open_days: OpenDays | None = None
    draft: bool = False


class JobPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only what is to change.  ``version``: the one that the changes were made for, if others may edit too."""

    title: Text | UnsetType = UNSET
    description: LongText | UnsetType = UNSET
    category: CategoryId | UnsetType = UNSET
    city: City | UnsetType = UNSET
    budget_minor: Minor | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET
    wanted_from: Day | UnsetType | None = UNSET
    wanted_until: Day | UnsetType | None = UNSET
    open_days: OpenDays | UnsetType = UNSET
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1, examples=[1])] | UnsetType = UNSET


class JobPage(Page, frozen=True):
    items: list[ListedJob]


def page_of(found: Found, name: str) -> JobPage:
    return JobPage(found.items, cursor_to(found.more_after, name) if found.more_after else None)


class Categories(msgspec.Struct, frozen=True):
    items: tuple[Category, ...]


class CategoryRoutes(Controller):
    path = "/categories"
    tags = ("Jobs",)

    @get(summary="The kinds of work that there are", responses=can_fail())
    async def list_categories(self) -> Categories:
        return Categories(CATEGORIES)


class JobRoutes(Controller):
    path = "/jobs"
    tags = ("Jobs",)

    @post(
        summary="Post a job, or keep a draft",
        responses=can_fail(400, 401, 403, 413, 422, 429),
        response_headers=THROTTLED,
        security=[SIGNED_IN],
    )
    async def post_job(self, data: JSONBody[JobBody], request: ApiRequest) -> FullJob:
        me = signed_in(request, Role.CLIENT)
        given = msgspec.structs.asdict(data)
        draft = given.pop("draft")
        if given["open_days"] is None:
            given["open_days"] = request.services.settings.job_open_days
        return await me.write_counted(
            Counted.JOBS, lambda connection: post_job(connection, me.cause, NewJob(**given), draft=draft)
        )

    @get(
        summary="Find jobs",
        description="All that is said must hold. Without anything: what is open, newest first.",
        responses=can_fail(400, 422),
        operation_class=JobsQueried,
    )
    async def list_jobs(self, request: ApiRequest) -> Response[JobPage]:
        services = request.services
        asked = listing(request.scope["query_string"])
        after = position_of(asked.cursor, asked.name, asked.parts) if asked.cursor is not None else None
        if asked.status is JobStatus.DRAFT:
            return Response(JobPage([], None))  # only a draft's client sees it
        if (wanted := asked.search) is not None:
            found = await services.database.read_async(
                lambda connection: search(connection, wanted, after=after, most=asked.limit)
            )
            return Response(page_of(found, asked.name))

        def encoded(connection: Connection) -> bytes:
            found = jobs.page(connection, status=asked.status, after=after, most=asked.limit)
            return msgspec.json.encode(page_of(found, asked.name))

        if after is None:  # most clients request the first page; later pages are rarely repeated
            body = await services.database.read_cached((asked.status, asked.limit), encoded)
        else:
            body = await services.database.read_inline_or_pool(encoded)
        page: Any = msgspec.Raw(body)
        return Response(page)

    @get(
        "/{job_id:str}",
        summary="One job",
        description="Sign in to see your own drafts.",
        responses=can_fail(400, 401, 404),
        security=[{}, SIGNED_IN],
    )
    async def show_job(self, job_id: FromPath[str], request: ApiRequest) -> FullJob:
        viewer = signed_in(request) if "authorization" in request.headers else None

        def look(connection: Connection) -> FullJob:
            return jobs.shown(connection, an_id(job_id, "job"), viewer.account_id if viewer else None)

        if viewer is None:
            return await request.services.database.read_inline_or_pool(look)
        return await viewer.read(look)

    @patch(
        "/{job_id:str}",
        summary="Change a job of yours",
        description="When somebody has applied, only the title, the description and the days may still change.",
        responses=can_fail(400, 401, 403, 404, 409, 413, 422),
        security=[SIGNED_IN],
    )
    async def edit_job(self, job_id: FromPath[str], data: JSONBody[JobPatch], request: ApiRequest) -> FullJob:
        me = signed_in(request, Role.CLIENT)
        changes = given_by(data)
        if not changes:
            raise Invalid("nothing_to_change", "Say what is to change.", "")
        version = changes.pop("version", None)
        return await me.change(edit, "job", job_id, changes, version=version)

    @post(
        "/{job_id:str}/publish",
        summary="Open a draft of yours, or again a job that expired",
        status_code=200,
        responses=can_fail(400, 401, 403, 404, 409, 422),
        security=[SIGNED_IN],
    )
    async def publish_job(self, job_id: FromPath[str], request: ApiRequest) -> FullJob:
        return await signed_in(request, Role.CLIENT).change(publish, "job", job_id)

    @post(
        "/{job_id:str}/cancel",
        summary="Take back a job that nobody is hired for",
        description="Whoever has applied is told.",
        status_code=200,
        responses=can_fail(400, 401, 403, 404, 409),
        security=[SIGNED_IN],
    )
    async def cancel_job(self, job_id: FromPath[str], request: ApiRequest) -> FullJob:
        return await signed_in(request, Role.CLIENT).change(cancel, "job", job_id)
