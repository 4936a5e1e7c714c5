"""Every route below /admin has the guard, and a route without it is found."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Router, get

from web.admin.router import ADMIN, admins_only
from web.app import ROUTES
from web.bodies import ApiRequest


def unguarded(app: Litestar) -> set[str]:
    """The paths below /admin of which a handler does not ask the guard."""
    return {
        route.path
        for route in app.routes
        if route.path.startswith("/admin")
        for handler in getattr(route, "route_handlers", [])
        if "OPTIONS" not in handler.http_methods and admins_only not in handler.resolve_guards()
    }


def app_with(*routes: Any) -> Litestar:
    return Litestar(routes, request_class=ApiRequest, openapi_config=None)


@get("/naked")
async def naked() -> str:
    return "anybody reads this"


def test_every_admin_route_is_guarded() -> None:
    app = app_with(*ROUTES)
    below = [route.path for route in app.routes if route.path.startswith("/admin")]
    assert len(below) >= 6
    assert unguarded(app) == set()


def test_a_route_beside_the_router_is_found() -> None:
    assert unguarded(app_with(*ROUTES, Router("/admin", route_handlers=[naked]))) == {"/admin/naked"}


def test_a_route_in_the_router_is_guarded_without_a_word_of_its_own() -> None:
    assert unguarded(app_with(Router("/admin", route_handlers=[naked], guards=ADMIN.guards))) == set()
