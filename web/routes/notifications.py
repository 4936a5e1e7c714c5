"""What is under a person's bell."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, get

from domain.notifications import read
from domain.notifications.read import Notification
from web.auth import SIGNED_IN, caller_of
from web.paging import DEFAULT_LIMIT, Cursor, Limit, check_cursor, page
from web.problems import can_fail
from web.services import Provided


class NotificationPage(msgspec.Struct, frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[Notification]
    next_cursor: str | None


class NotificationRoutes(Controller):
    path = "/notifications"
    tags = ("Notifications",)

    @get(
        summary="Your notifications, newest first",
        responses=can_fail(400, 401, 422),
        security=[SIGNED_IN],
        operation_id="list_notifications",
    )
    async def list_notifications(
        self,
        request: Request[Any, Any, Any],
        services: Provided,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> NotificationPage:
        caller = caller_of(request, services)
        before = check_cursor(cursor)
        found = await services.read(
            caller, lambda connection: read.page(connection, caller.account_id, before=before, most=limit + 1)
        )
        return page(NotificationPage, found, limit)
