"""A client's own jobs."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, get

from domain.accounts.states import Role
from domain.jobs import read as jobs
from domain.jobs.read import FullJob
from web.auth import SIGNED_IN, caller_of, require
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.services import Provided


class MyJobPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[FullJob]
    next_cursor: str | None


class MyJobRoutes(Controller):
    path = "/me"
    tags = ("Jobs",)

    @get(
        "/jobs",
        summary="Your own jobs in every state, drafts too, newest first",
        responses=can_fail(400, 401, 403, 422),
        security=[SIGNED_IN],
        operation_id="list_my_jobs",
    )
    async def list_my_jobs(
        self,
        request: Request[Any, Any, Any],
        services: Provided,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> MyJobPage:
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        before = check_cursor(cursor, "job")
        found = await services.read(
            caller, lambda connection: jobs.of_client(connection, caller.account_id, before=before, most=limit + 1)
        )
        return page(MyJobPage, found, limit)
