"""Answer 304 without a body when a client sends the ``ETag`` of a single resource that has not changed.

A resource is an answer with an ``id``.  Lists have no tag: they change all the time, and pay nothing for this.
The tag is a hash of the encoded body, so it is right for every view; a 304 saves the bytes, not the read.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIHeader, OpenAPIResponse, OpenAPIType, Operation, Parameter, Schema
from litestar.response.base import ASGIResponse
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from web.headers import header

CACHING = "private, no-cache"
"""The client may cache the answer, and must revalidate the answer before each use."""


class Tagged(Response[Any]):
    """An answer with its tag, or 304 for a client that sent the same tag."""

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **how: Any) -> ASGIResponse:
        answer = super().to_asgi_response(app, request, **how)
        if answer.status_code != HTTP_200_OK:
            return answer
        tag = f'"{blake2b(answer.body, digest_size=16).hexdigest()}"'
        answer.headers["ETag"] = tag
        answer.headers["Cache-Control"] = CACHING
        known = header(request.scope, b"if-none-match")
        if known is None or not _names(known, tag):
            return answer
        return ASGIResponse(status_code=HTTP_304_NOT_MODIFIED, headers={"ETag": tag, "Cache-Control": CACHING})


def _names(header: str, tag: str) -> bool:
    """Return whether ``If-None-Match`` names the tag: in a list of tags, weak ones too, or by a star (RFC 9110).

    A proxy that compresses an answer marks its tag as weak.
    """
    return header.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in header.split(",")}


def tag_resources(app: Litestar) -> None:
    """Make resources answer with tags; call this before the first request: Litestar reads a response class once."""
    for _, handler in _resources(app):
        handler.response_class = Tagged


def describe(app: Litestar) -> None:
    """Add the tags and the 304 to the OpenAPI document."""
    paths = app.openapi_schema.paths or {}
    for path, _ in _resources(app):
        operation = paths[path].get
        if operation is not None:
            _describe(operation)


def _describe(operation: Operation) -> None:
    text = Schema(type=OpenAPIType.STRING)
    tag = OpenAPIHeader(schema=text, description="Of this state of the resource.")
    operation.parameters = [
        *(operation.parameters or []),
        Parameter(
            name="If-None-Match", param_in="header", required=False, schema=text, description="An `ETag` that you have."
        ),
    ]
    responses = operation.responses or {}
    answer = responses["200"]
    if isinstance(answer, OpenAPIResponse):
        answer.headers = {**(answer.headers or {}), "ETag": tag}
    responses["304"] = OpenAPIResponse(description="It is as you have it.", headers={"ETag": tag})
    operation.responses = dict(sorted(responses.items()))


def _resources(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Yield the handlers that return one resource, each with its path in the OpenAPI document."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            shown = handler.parsed_fn_signature.return_type.annotation
            if "GET" in handler.http_methods and _has_id(shown):
                yield route.path_format, handler


def _has_id(shown: Any) -> bool:
    return isinstance(shown, type) and issubclass(shown, msgspec.Struct) and "id" in shown.__struct_fields__
