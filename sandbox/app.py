"""Build the application: Stripe under ``/v1``, SendGrid under ``/v3``, controls under ``/sandbox``, a page at ``/``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar, cast

from litestar import Litestar, asgi
from litestar.types import HTTPScope, Receive, Scope, Send

from sandbox.acts import acts, refused
from sandbox.control import controls
from sandbox.delivery import Deliveries
from sandbox.faults import Faults
from sandbox.guard import Guard
from sandbox.options import Options
from sandbox.pace import Pace
from sandbox.pages.app import app_pages
from sandbox.pages.objects import object_pages
from sandbox.posting import Endpoint
from sandbox.sendgrid.endpoint import SendGridApi
from sandbox.sendgrid.events import Events
from sandbox.sendgrid.inbox import inbox_routes
from sandbox.sendgrid.mailbox import Mailbox
from sandbox.store import Store
from sandbox.stripe.endpoint import StripeApi
from sandbox.stripe.errors import StripeError
from sandbox.stripe.request import Credentials

S = TypeVar("S")


def build(options: Options) -> Guard:
    options.data.mkdir(parents=True, exist_ok=True)
    store = Store(options.data / "sandbox.db")
    faults = Faults(store)
    pace = Pace(store, options.stripe_settle_ms, options.stripe_payout_ms)
    platform = _endpoint(options, options.stripe_webhook_url, options.stripe_webhook_secret)
    connect = _endpoint(options, options.stripe_connect_webhook_url, options.stripe_connect_webhook_secret)
    deliveries = Deliveries(store, faults, platform, connect)
    credentials = Credentials(options.stripe_secret_key, options.stripe_publishable_key)
    urls = tuple(endpoint.url for endpoint in (platform, connect) if endpoint is not None)
    api = StripeApi(store, faults, deliveries, credentials, urls, pace)

    mailbox = Mailbox(store)
    events = Events(store, faults, _endpoint(options, options.sendgrid_webhook_url, options.sendgrid_key))
    mail_api = SendGridApi(store, faults, mailbox, events, options.sendgrid_api_key)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        loops = [asyncio.create_task(run) for run in (deliveries.run(), pace.run(api.go_on), events.run())]
        try:
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            store.close()

    @asgi("/v1", is_mount=True, copy_scope=False)
    async def stripe(scope: Scope, receive: Receive, send: Send) -> None:
        await api(cast("HTTPScope", scope), receive, send)

    @asgi("/v3", is_mount=True, copy_scope=False)
    async def sendgrid(scope: Scope, receive: Receive, send: Send) -> None:
        await mail_api(cast("HTTPScope", scope), receive, send)

    pages = [*inbox_routes(store, mailbox, events), *object_pages(store), *app_pages(options.api_url)]
    steered = [*controls(store, faults, deliveries), *acts(store, pace, api)]
    app = Litestar(
        [stripe, sendgrid, *pages, *steered],
        lifespan=[lifespan],
        exception_handlers={StripeError: refused},
        openapi_config=None,
        logging_config=None,
    )
    return Guard(app, (options.host, *options.allow_host))


def _endpoint(options: Options, url: str | None, secret: S | None) -> Endpoint[S] | None:
    if url is None or secret is None:
        return None
    return Endpoint(url, secret, options.webhook_retry_ms, options.webhook_retry_cap_ms)
