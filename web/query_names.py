"""A query parameter that an operation does not know is refused, as a body's field is: a typing error is not a search
for everything."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from urllib.parse import unquote_plus

from litestar import Litestar, Request
from litestar.exceptions import ValidationException
from litestar.openapi.spec import Operation, Parameter
from litestar.routes import HTTPRoute

OF_MACHINES = ("/webhooks/", "/health", "/metrics")
"""Asked by what has an address that somebody wrote down: what is added to it is theirs, and no event is lost for it."""


def close_queries(app: Litestar) -> None:
    """Have each operation that the API's description has take its own parameters only.  Before the first request."""
    described = app.openapi_schema.paths or {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path_format.startswith(OF_MACHINES):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            operation = getattr(described.get(route.path_format), method.lower(), None)
            if operation is not None:
                handler.before_request = _check(_names(operation))


def _names(operation: Operation) -> Set[bytes]:
    return {
        parameter.name.encode()
        for parameter in operation.parameters or []
        if isinstance(parameter, Parameter) and parameter.param_in == "query"
    }


def _check(known: Set[bytes]) -> Any:
    async def check(request: Request[Any, Any, Any]) -> None:
        """``ValidationException`` that names the first one of another name."""
        query = request.scope["query_string"]
        if not query:
            return
        for part in query.split(b"&"):
            name = part.partition(b"=")[0]
            if part and name not in known:
                _refuse_unless_known(unquote_plus(name.decode("latin-1")), known)

    return check


def _refuse_unless_known(name: str, known: Set[bytes]) -> None:
    """A name may be written with percent signs."""
    if name.encode() not in known:
        raise ValidationException(
            "The query is not as it should be.",
            extra=[{"key": name[:100], "message": "There is no such parameter here."}],
        )
