"""The methods of a path, which OPTIONS and 405 name alike: HEAD wherever a path takes GET."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Litestar, Request, Response
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT


def allowed(methods: Iterable[str]) -> str:
    """Return the value of the ``Allow`` header."""
    found = {*methods, "OPTIONS"} - {""}
    return ", ".join(sorted({*found, "HEAD"} if "GET" in found else found))


def answer_options(app: Litestar) -> None:
    """Answer OPTIONS with all methods, which Litestar does not; call this before the first request.

    Litestar's own answer omits HEAD, and the methods that were added to a path later.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            handler, _ = route.route_handler_map["OPTIONS"]
            handler.before_request = _options(allowed(route.methods))


def _options(methods: str) -> Any:
    async def answer(_: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=HTTP_204_NO_CONTENT, headers={"Allow": methods}, media_type="text/plain")

    return answer
