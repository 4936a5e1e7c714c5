"""The application: Stripe under ``/v1``, the controls under ``/sandbox``, a page at ``/``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from litestar import Litestar, asgi
from litestar.types import HTTPScope, Receive, Scope, Send

from sandbox.control import controls
from sandbox.delivery import Deliveries, Endpoint
from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.store import Store
from sandbox.stripe.endpoint import StripeApi
from sandbox.stripe.request import Credentials


def build(options: Options) -> Litestar:
    options.data.mkdir(parents=True, exist_ok=True)
    store = Store(options.data / "sandbox.db")
    faults = Faults(store)
    deliveries = Deliveries(store, faults, _endpoint(options))
    credentials = Credentials(options.secret_key, options.publishable_key)
    api = StripeApi(store, faults, deliveries, credentials, (options.webhook_url,) if options.webhook_url else ())

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        loop = asyncio.create_task(deliveries.run())
        try:
            yield
        finally:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop
            store.close()

    @asgi("/v1", is_mount=True, copy_scope=False)
    async def stripe(scope: Scope, receive: Receive, send: Send) -> None:
        await api(cast("HTTPScope", scope), receive, send)

    handlers = [stripe, *controls(store, faults, deliveries, api)]
    return Litestar(handlers, lifespan=[lifespan], openapi_config=None, logging_config=None)


def _endpoint(options: Options) -> Endpoint | None:
    if options.webhook_url is None:
        return None
    return Endpoint(options.webhook_url, options.webhook_secret, options.webhook_retry_ms, options.webhook_retry_cap_ms)
