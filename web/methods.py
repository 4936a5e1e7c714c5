"""Which methods a path takes, said alike by OPTIONS and by 405: HEAD wherever GET is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Litestar, Request, Response
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT


def allowed(methods: Iterable[str]) -> str:
    """The ``Allow`` header."""
    found = {*methods, "OPTIONS"} - {""}
    return ", ".join(sorted({*found, "HEAD"} if "GET" in found else found))


def answer_options(app: Litestar) -> None:
    """Litestar's own answer knows neither of HEAD nor of what was added to a path later.  Before the first request."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            handler, _ = route.route_handler_map["OPTIONS"]
            handler.before_request = _options(allowed(route.methods))


def _options(methods: str) -> Any:
    async def answer(_: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=HTTP_204_NO_CONTENT, headers={"Allow": methods}, media_type="text/plain")

    return answer
