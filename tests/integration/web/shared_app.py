"""One application for all tests of a process: to build it takes longer than most tests do.

It is the same for everybody but for its services, and those it is told with each request.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache

from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from runtime.settings import Settings
from web.app import build_api
from web.services import Services

_services: ContextVar[Services] = ContextVar("services")


def app_of(settings: Settings) -> Litestar:
    """The application of these settings, without what a process does at its start and end."""
    return _built(settings.cors_origins, settings.max_body_bytes)


def over(services: Services) -> ASGIApp:
    """The application with services of its own."""
    app = app_of(services.settings)

    async def with_services(scope: Scope, receive: Receive, send: Send) -> None:
        _services.set(services)  # each request anew; those at once run in tasks, each with a context of its own
        await app(scope, receive, send)

    return with_services


@cache
def _built(cors_origins: str, max_body_bytes: int) -> Litestar:
    settings = Settings(cors_origins=cors_origins, max_body_bytes=max_body_bytes)

    def provide_services() -> Services:
        return _services.get()

    return build_api(settings, provide_services)
