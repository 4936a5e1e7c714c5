"""The router of all admin routes, with their guard."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from domain.identity.accounts.states import Role
from web.admin.accounts import AccountRoutes
from web.admin.reviews import ModerationRoutes
from web.auth import SIGNED_IN, caller_of, require
from web.bodies import ApiRequest


async def admins_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a request without a valid bearer token (``Unauthenticated``), or of a role but admin's (``Forbidden``).

    The unit of work confirms session and role in its own transaction, as for every other caller.
    """
    request = ApiRequest(connection.scope)
    if request.method == "OPTIONS":  # its answer names the methods of a path, which the API's description names too
        return
    require(caller_of(request, request.services), Role.ADMIN)


ADMIN = Router("/admin", route_handlers=[AccountRoutes, ModerationRoutes], guards=[admins_only], security=[SIGNED_IN])
