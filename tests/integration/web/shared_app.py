"""One application for all tests of a process: to build it takes longer than most tests do.

It is the same for everybody: services come with each request.
"""

from __future__ import annotations

from functools import cache

from litestar import Litestar

from runtime.settings import Settings
from web.app import build_api


def app_of(settings: Settings) -> Litestar:
    """The application of these settings, without what a process does at its start and end."""
    return _built(settings.cors_origins, settings.max_body_bytes)


@cache
def _built(cors_origins: str, max_body_bytes: int) -> Litestar:
    return build_api(Settings(cors_origins=cors_origins, max_body_bytes=max_body_bytes))
