"""The caller's notifications."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.database import Connection
from domain.notifications import read
from domain.notifications.mark_read import mark_all_read, mark_read
from domain.notifications.read import MOST_COUNTED, Notification
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import WHOLE

Unread = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNTED, description=f"{MOST_COUNTED} means that many or more.")]


class NotificationPage(Page, frozen=True):
    items: list[Notification]


class UnreadCount(msgspec.Struct, frozen=True):
    unread: Unread


class ReadAll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``up_to``: the newest that was seen; what came since stays unread.  Without it: all."""

    up_to: (
        Annotated[
            str,
            msgspec.Meta(pattern=f"^[a-z]{{3}}_[0-9a-f]{{25}}${WHOLE}", examples=["ntf_0006479a1b2c3d4e5f6071829"]),
        ]
        | None
    ) = None


class NotificationRoutes(Controller):
    path = "/notifications"
    tags = ("Notifications",)
    security = (SIGNED_IN,)

    @get(
        summary="Your notifications, newest first",
        responses=can_fail(400, 401, 422),
    )
    async def list_notifications(
        self,
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> NotificationPage:
        me = signed_in(request)
        before = check_cursor(cursor, "ntf")
        found = await me.read(lambda connection: read.page(connection, me.account_id, before=before, most=limit + 1))
        return NotificationPage.of(found, limit)

    @get(
        "/unread",
        summary="How many you have not read",
        responses=can_fail(401),
    )
    async def count_unread_notifications(self, request: ApiRequest) -> UnreadCount:
        me = signed_in(request)
        return UnreadCount(await me.read(lambda c: read.unread(c, me.account_id)))

    @post(
        "/{notification_id:str}/read",
        status_code=200,
        summary="Say that you have read it",
        responses=can_fail(400, 401, 404),
    )
    async def read_notification(self, notification_id: FromPath[str], request: ApiRequest) -> Notification:
        return await signed_in(request).change(mark_read, "notification", notification_id)

    @post(
        "/read-all",
        status_code=200,
        summary="Say that you have read them",
        responses=can_fail(400, 401, 413),
    )
    async def read_all_notifications(self, data: JSONBody[ReadAll], request: ApiRequest) -> UnreadCount:
        me = signed_in(request)

        def unit(connection: Connection) -> int:
            mark_all_read(connection, me.cause, data.up_to)
            return read.unread(connection, me.account_id)

        return UnreadCount(await me.write(unit))
