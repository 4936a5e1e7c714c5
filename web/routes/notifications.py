"""What is under a person's bell."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get

from domain.notifications import read
from domain.notifications.read import Notification
from web.auth import caller_of
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor, page
from web.problems import can_fail
from web.services import Provided


class NotificationRoutes(Controller):
    path = "/notifications"
    tags = ("Notifications",)

    @get(summary="Your notifications, newest first", responses=can_fail(400, 401, 422))
    async def list_notifications(
        self,
        request: Request[Any, Any, Any],
        services: Provided,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[Notification]:
        caller = caller_of(request, services)
        before = check_cursor(cursor)
        found = await services.database.read_inline_or_pool(
            lambda connection: read.page(connection, caller.account_id, before=before, most=limit + 1)
        )
        return page(found, limit)
