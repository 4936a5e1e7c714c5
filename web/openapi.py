"""OpenAPI 3.1 and its viewer at ``/schema``, from files that come with our dependencies, never from a CDN."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router

ASSETS = "/schema-assets"


def assets_router() -> Router:
    # The package's folder only: importing it would bring its own web framework glue.
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
