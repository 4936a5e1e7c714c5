"""The one door to the routes of admins."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from domain.identity.accounts.states import Role
from web.admin.accounts import AccountRoutes
from web.admin.reviews import ModerationRoutes
from web.auth import caller_of, require
from web.bodies import ApiRequest


async def admins_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """``Unauthenticated`` without a good bearer token, ``Forbidden`` unless it is an admin's.

    The database confirms session and role in the transaction of the unit, as for every other caller.
    """
    request = ApiRequest(connection.scope)
    if request.method == "OPTIONS":  # its answer names the methods of a path, as the document does
        return
    require(caller_of(request, request.services), Role.ADMIN)


ADMIN = Router("/admin", route_handlers=[AccountRoutes, ModerationRoutes], guards=[admins_only])
