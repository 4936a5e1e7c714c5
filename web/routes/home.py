"""Lead a newcomer who opens the API's address to its documents."""

from __future__ import annotations

import msgspec
from litestar import Controller, get


class Home(msgspec.Struct, frozen=True):
    """Addresses on this host."""

    name: str = "Handwork Marketplace"
    viewer: str = "/schema"
    schema: str = "/schema/openapi.json"
    health: str = "/health"
    jobs: str = "/jobs"
    register: str = "/auth/register"


class HomeRoutes(Controller):
    path = "/"
    tags = ("Health",)

    @get("/", summary="Where things are")
    async def home(self) -> Home:
        return Home()
