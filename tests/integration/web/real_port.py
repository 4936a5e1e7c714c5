"""A site's application on a real port, served by uvicorn with our protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from tests.integration.web.conftest import Site
from tests.integration.web.shared_app import app_of
from web.protocol import HandworkProtocol
from web.request_log import RequestLog

WITHIN_S = 10


class Impatient(HandworkProtocol):
    receive_within_s = 0.2
    take_within_s = 0.2
    end_within_s = 0.2


@asynccontextmanager
async def served(site: Site, protocol: type[HandworkProtocol] = Impatient) -> AsyncIterator[int]:
    """The site's application on a real port."""
    app = RequestLog(app_of(site.services.settings), site.services, site.lines.append)
    config = uvicorn.Config(app, port=0, http=protocol, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(WITHIN_S):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield port
    finally:
        server.should_exit = True
        await running
