"""Refuse input that an operation would ignore: an unknown query parameter, and a body where the operation takes none.

A misspelt filter must not return everything, and a guard that a client put into the wrong place must not be dropped.
``1e2`` is refused, too, for a whole number; Litestar's lenient conversion would take it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any
from urllib.parse import unquote_plus

from litestar import Litestar, Request
from litestar.exceptions import ValidationException
from litestar.openapi.spec import OpenAPIType, Operation, Parameter, Schema
from litestar.routes import HTTPRoute

from web.bodies import refuse_any_body

OF_MACHINES = ("/webhooks/", "/health")
"""Paths that machines request by a configured address: input that they add is ignored, so that no event is lost."""
_WHOLE = re.compile(r"-?[0-9]+")


def refuse_unknown_input(app: Litestar) -> None:
    """Make each described operation refuse other parameters and bodies; call this before the first request."""
    described = app.openapi_schema.paths or {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path_format.startswith(OF_MACHINES):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            operation = getattr(described.get(route.path_format), method.lower(), None)
            if operation is not None:
                ignores_body = method == "POST" and "data" not in handler.parsed_fn_signature.parameters
                handler.before_request = _check(*_names(operation), ignores_body=ignores_body)


def _names(operation: Operation) -> tuple[Set[bytes], Set[bytes]]:
    """Return the names of all query parameters, and of those that are whole numbers."""
    of_query = [p for p in operation.parameters or [] if isinstance(p, Parameter) and p.param_in == "query"]
    return {p.name.encode() for p in of_query}, {p.name.encode() for p in of_query if _is_whole(p.schema)}


def _is_whole(schema: Any) -> bool:
    if not isinstance(schema, Schema):
        return False
    return schema.type == OpenAPIType.INTEGER or any(map(_is_whole, schema.one_of or ()))


def _check(known: Set[bytes], whole: Set[bytes], *, ignores_body: bool) -> Any:
    async def check(request: Request[Any, Any, Any]) -> None:
        """Raise ``ValidationException`` for the first parameter that is unknown, or not a whole number but must be."""
        query = request.scope["query_string"]
        for part in query.split(b"&") if query else ():
            name, _, value = part.partition(b"=")
            if part and name not in known:
                _refuse_unless_known(unquote_plus(name.decode("latin-1")), known)
            elif name in whole and not value.isdigit():
                _refuse_unless_whole(name.decode(), unquote_plus(value.decode("latin-1")))
        if ignores_body:
            await refuse_any_body(request)

    return check


def _refuse_unless_whole(name: str, value: str) -> None:
    if not _WHOLE.fullmatch(value):
        message = "It is a whole number, in digits."
        raise ValidationException("The query is not as it should be.", extra=[{"key": name, "message": message}])


def _refuse_unless_known(name: str, known: Set[bytes]) -> None:
    """Raise ``ValidationException`` unless the name, decoded from its percent signs, is known."""
    if name.encode() not in known:
        raise ValidationException(
            "The query is not as it should be.",
            extra=[{"key": name[:100], "message": "There is no such parameter here."}],
        )
