"""Ask workers to apply."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.database import Connection
from domain.identity.accounts.states import Role
from domain.marketplace.invitations import read
from domain.marketplace.invitations.invite import invite
from domain.marketplace.invitations.read import Invitation, NamedInvitation
from web.auth import SIGNED_IN, caller_of, require
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.throttles import Counted


class InvitationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    worker_id: str


class InvitationPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[NamedInvitation]
    next_cursor: str | None


class InvitationRoutes(Controller):
    path = "/"
    tags = ("Applications",)

    @post(
        "/jobs/{job_id:str}/invitations",
        summary="Ask a worker to apply",
        description="Once a job and worker.",
        responses=can_fail(400, 401, 403, 404, 409, 413, 429),
        response_headers=THROTTLED,
        security=[SIGNED_IN],
        operation_id="invite",
    )
    async def invite(
        self,
        job_id: FromPath[str],
        data: JSONBody[InvitationBody],
        request: ApiRequest,
    ) -> Invitation:
        services = request.services
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        cause = services.cause(caller.account_id, correlation_id(request.scope))

        def unit(connection: Connection) -> Invitation:
            return invite(connection, cause, an_id(job_id, "job"), an_id(data.worker_id, "worker"))

        return await services.write_counted(request, caller, Counted.INVITATIONS, unit)

    @get(
        "/me/invitations",
        summary="Who asked you to apply, newest first",
        responses=can_fail(400, 401, 403, 422),
        security=[SIGNED_IN],
        operation_id="list_my_invitations",
    )
    async def mine(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> InvitationPage:
        services = request.services
        caller = caller_of(request, services)
        require(caller, Role.WORKER)
        before = check_cursor(cursor, "inv")
        found = await services.read(
            caller, lambda connection: read.of_worker(connection, caller.account_id, before=before, most=limit + 1)
        )
        return page(InvitationPage, found, limit)
