"""The caller's own account and profile."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from domain.errors import Invalid
from domain.identity.accounts.states import Role
from domain.marketplace.directory.workers import find
from domain.marketplace.profiles import read
from domain.marketplace.profiles.change import change
from domain.marketplace.profiles.read import Me, PublicWorker
from domain.oversight.departures import deactivate
from web.auth import SIGNED_IN, require_session
from web.bodies import ApiRequest, CurrencyCode, Minor
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import Page
from web.problems import can_fail
from web.queries import given_by
from web.sessions import prove
from web.signed_in import signed_in
from web.texts import LANGUAGE, LINE, PHONE, WORDS_OR_NONE, City, Name
from web.worker_query import WorkersQueried, cursor_behind, worker_listing

Phone = Annotated[str, msgspec.Meta(pattern=PHONE, description="E.164.", examples=["+4930123456"])]
TimeZone = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE, description="IANA.", examples=["Europe/Berlin"])
]
Language = Annotated[str, msgspec.Meta(pattern=LANGUAGE, description="BCP 47.", examples=["de-CH"])]
Bio = Annotated[str, msgspec.Meta(max_length=2_000, pattern=WORDS_OR_NONE, examples=["Taps since 1998."])]
Skill = Annotated[str, msgspec.Meta(max_length=40, description="See GET /categories.", examples=["plumbing"])]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90, description="Kept to three decimals.", examples=[52.52])]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180, description="Kept to three decimals.", examples=[13.405])]


class ProfilePatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only what is to change; null takes it away.  From ``skills`` on: workers only."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    city: City | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    bio: Bio | UnsetType | None = UNSET
    skills: Annotated[list[Skill], msgspec.Meta(max_length=20, examples=[["plumbing"]])] | UnsetType = UNSET
    rate_minor: Minor | UnsetType | None = UNSET
    currency: CurrencyCode | UnsetType | None = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET


class Leave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: Annotated[str, msgspec.Meta(max_length=200, examples=["correct horse battery"])]


class MeRoutes(Controller):
    path = "/me"
    tags = ("Accounts",)
    security = (SIGNED_IN,)

    @get(summary="Your account and profile", responses=can_fail(401, 403))
    async def show_me(self, request: ApiRequest) -> Me:
        me = signed_in(request)
        return await me.read(lambda connection: read.me(connection, me.account_id))

    @patch(
        summary="Change your name and profile",
        responses=can_fail(400, 401, 403, 413, 422),
    )
    async def edit_me(self, data: JSONBody[ProfilePatch], request: ApiRequest) -> Me:
        me = signed_in(request)
        changes = given_by(data)
        if not changes:
            raise Invalid("nothing_to_change", "Say what is to change.", "")
        return await me.write(lambda connection: change(connection, me.cause, Role(me.caller.role), changes))

    @post(
        "/deactivate",
        status_code=204,
        summary="Leave",
        description="Your open jobs are cancelled, your applications withdrawn, your sessions end, and nobody can "
        "log in. What was paid and written stays on record. Not while a booking is open.",
        responses=can_fail(400, 401, 403, 409, 413, 429),
        response_headers=THROTTLED,
    )
    async def deactivate_me(self, data: JSONBody[Leave], request: ApiRequest) -> None:
        me = signed_in(request)
        require_session(me.caller)
        await prove(request, me, data.password)
        await me.write(lambda connection: deactivate(connection, me.cause, me.account_id))


class WorkerPage(Page, frozen=True):
    items: list[PublicWorker]


class WorkerRoutes(Controller):
    path = "/workers"
    tags = ("Accounts",)

    @get(
        summary="Find workers",
        description="All that is said must hold. Without anything: the best rated first. A worker is listed as soon as "
        "the profile says something.",
        responses=can_fail(400, 422),
        operation_class=WorkersQueried,
    )
    async def list_workers(self, request: ApiRequest) -> WorkerPage:
        asked = worker_listing(request.scope["query_string"])
        found = await request.services.database.read_async(
            lambda connection: find(connection, asked.search, after=asked.after, most=asked.limit)
        )
        return WorkerPage(found.items, cursor_behind(found.more_after, asked.name) if found.more_after else None)

    @get(
        "/{account_id:str}",
        summary="What a worker shows to everybody",
        responses=can_fail(400, 404),
    )
    async def show_worker(self, account_id: FromPath[str], request: ApiRequest) -> PublicWorker:
        services = request.services
        return await services.database.read_inline_or_pool(
            lambda connection: read.worker(connection, an_id(account_id, "worker"))
        )
