"""OpenAPI 3.1 and its viewer at ``/schema``; the viewer's files come with our dependencies, never from a CDN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from litestar import Litestar, Request, Router
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.routes import HTTPRoute
from litestar.static_files import create_static_files_router

from domain.platform.idempotency.claim import MAXIMUM_KEY
from web import etags
from web.bodies import is_optional


def _answered(name: str, description: str) -> ResponseHeader:
    return ResponseHeader(name=name, value="", documentation_only=True, description=description)


CORRELATION = _answered(
    "X-Correlation-Id", "Of this request: the caller's own if it is a sane one. Support asks for it."
)
MADE_ONCE = [
    _answered("Location", "Where the new resource is."),
    _answered("Idempotency-Replayed", "`true` when the key came before: this is what it made then, as it is now."),
]
THROTTLED = [
    _answered("RateLimit-Limit", "Tries of a full bucket."),
    _answered("RateLimit-Remaining", "Tries that are left."),
    _answered("RateLimit-Reset", "Seconds until it is full."),
    _answered("RateLimit-Policy", "`300;w=3600`: so many in seconds."),
]
"""The headers of a route that limits the requests of an account or an address; beyond the limit it answers 429."""


@dataclass
class NeedsKey(Operation):
    """An operation whose ``Idempotency-Key`` is required; the handler itself refuses a request without one."""

    def __post_init__(self) -> None:
        _require(self, "Idempotency-Key", Schema(type=OpenAPIType.STRING, min_length=1, max_length=MAXIMUM_KEY))


@dataclass
class Signed(Operation):
    """An operation that takes events of a provider; the provider signs the bytes, so the handler reads them raw.

    The handler reads the headers from the scope, so Litestar does not know of the ``signatures``.
    """

    signatures: ClassVar[Sequence[Parameter]]
    body: ClassVar[Schema]

    def __post_init__(self) -> None:
        self.parameters = [*(self.parameters or []), *self.signatures]
        self.request_body = RequestBody(content={"application/json": OpenAPIMediaType(schema=self.body)}, required=True)


def signature(name: str, pattern: str, description: str) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, pattern=pattern)
    return Parameter(name=name, param_in="header", required=True, schema=schema, description=description)


def event(description: str, **examples: str) -> Schema:
    """Return the schema of a provider's event: its fields are required texts, each with an example."""
    return Schema(
        type=OpenAPIType.OBJECT,
        properties={name: Schema(type=OpenAPIType.STRING, examples=[one]) for name, one in examples.items()},
        required=[*examples],
        description=description,
    )


def _require(operation: Operation, header: str, schema: Schema) -> None:
    for parameter in operation.parameters or []:
        if isinstance(parameter, Parameter) and parameter.name == header:
            parameter.required = True
            parameter.schema = schema


ASSETS = "/schema-assets"


def assets_router() -> Router:
    # Find the package's folder without an import, which would load code for other web frameworks.
    found = find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise RuntimeError("swagger-ui-py is not installed: it carries the API viewer's files")
    return create_static_files_router(
        path=ASSETS, directories=[Path(found.origin).parent / "static"], include_in_schema=False
    )


def config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Handwork Marketplace",
        version="0.1.0",
        description="People post manual work, workers apply, one is hired, paid for, and paid.",
        path="/schema",
        operation_id_creator=lambda handler, _method, _path: str(handler.fn.__name__),  # clients generate names from it
        render_plugins=[
            SwaggerRenderPlugin(
                favicon=f"<link rel='icon' href='{ASSETS}/favicon-32x32.png'>",
                js_url=f"{ASSETS}/swagger-ui-bundle.js",
                css_url=f"{ASSETS}/swagger-ui.css",
                standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
            )
        ],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
        ),
    )


def complete(app: Litestar) -> None:
    """Add the facts that Litestar does not know about our handlers."""
    _close_bodies(app)
    _describe_parameters(app)
    _refuse_other_pages(app)
    etags.describe(app)


def _describe_parameters(app: Litestar) -> None:
    """Describe the parameters without a description, by their names."""
    for item in (app.openapi_schema.paths or {}).values():
        for operation in filter(None, (item.get, item.post, item.put, item.patch, item.delete)):
            for parameter in operation.parameters or []:
                if isinstance(parameter, Parameter) and not parameter.description:
                    noun = parameter.name.removesuffix("_id").replace("_", " ")
                    is_id = parameter.param_in == "path"
                    parameter.description = f"The {noun}'s id." if is_id else f"Only those of this {noun}."


def _refuse_other_pages(app: Litestar) -> None:
    """Answer 404 below ``/schema``, where Litestar would serve a page that says that there is no page."""

    async def refuse(_: Request[Any, Any, Any]) -> None:
        raise NotFoundException

    for route in app.routes:
        if isinstance(route, HTTPRoute) and route.path_format == "/schema/{path}":
            route.route_handler_map["GET"][0].before_request = refuse


def _post(app: Litestar, path: str) -> Any:
    return (app.openapi_schema.paths or {})[path].post


def _close_bodies(app: Litestar) -> None:
    """Describe each body as its decoder takes it.

    The decoder refuses unknown fields, and a POST without a required field may omit its body.
    """
    schemas = app.openapi_schema.components.schemas or {} if app.openapi_schema.components else {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            body = handler.parsed_fn_signature.parameters.get("data")
            if body is None:
                continue
            if body.annotation.__struct_config__.forbid_unknown_fields:
                schemas[body.annotation.__name__].additional_properties = False
            if is_optional(handler, body.annotation):
                _post(app, route.path_format).request_body.required = False
