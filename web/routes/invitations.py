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
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.throttles import Counted


class InvitationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    worker_id: str


class InvitationPage(Page, frozen=True):
    items: list[NamedInvitation]


class InvitationRoutes(Controller):
    path = "/"
    tags = ("Applications",)
    security = (SIGNED_IN,)

    @post(
        "/jobs/{job_id:str}/invitations",
        summary="Ask a worker to apply",
        description="Once a job and worker.",
        responses=can_fail(400, 401, 403, 404, 409, 413, 429),
        response_headers=THROTTLED,
    )
    async def invite(
        self,
        job_id: FromPath[str],
        data: JSONBody[InvitationBody],
        request: ApiRequest,
    ) -> Invitation:
        me = signed_in(request, Role.CLIENT)

        def unit(connection: Connection) -> Invitation:
            return invite(connection, me.cause, an_id(job_id, "job"), an_id(data.worker_id, "worker"))

        return await me.write_counted(Counted.INVITATIONS, unit)

    @get(
        "/me/invitations",
        summary="Who asked you to apply, newest first",
        responses=can_fail(400, 401, 403, 422),
    )
    async def list_my_invitations(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> InvitationPage:
        me = signed_in(request, Role.WORKER)
        before = check_cursor(cursor, "inv")
        found = await me.read(lambda c: read.of_worker(c, me.account_id, before=before, most=limit + 1))
        return InvitationPage.of(found, limit)
