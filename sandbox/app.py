"""The application: Stripe under ``/v1``, the controls under ``/sandbox``, a page at ``/``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

import msgspec
from litestar import Litestar, asgi, delete, get, post
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler, HTTPScope, Receive, Scope, Send

from sandbox.delivery import Deliveries, Endpoint
from sandbox.effects import Effects, effects
from sandbox.faults import Fault, Faults, Kind, Order
from sandbox.options import Options
from sandbox.store import Store
from sandbox.stripe.endpoint import Credentials, StripeApi
from sandbox.stripe.errors import StripeError
from sandbox.stripe.objects import PaymentIntent


class FaultList(msgspec.Struct):
    active: list[Fault]
    kinds: list[str]


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    succeed: bool


def build(options: Options) -> Litestar:
    options.data.mkdir(parents=True, exist_ok=True)
    store = Store(options.data / "sandbox.db")
    faults = Faults(store)
    endpoint = (
        Endpoint(options.webhook_url, options.webhook_secret, options.webhook_retry_ms, options.webhook_retry_cap_ms)
        if options.webhook_url
        else None
    )
    deliveries = Deliveries(store, faults, endpoint)
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

    handlers: Sequence[ControllerRouterHandler] = [stripe, *_controls(store, faults, deliveries, api)]
    return Litestar(list(handlers), lifespan=[lifespan], openapi_config=None, logging_config=None)


def _controls(store: Store, faults: Faults, deliveries: Deliveries, api: StripeApi) -> list[ControllerRouterHandler]:
    @get("/sandbox/health", sync_to_thread=False)
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @get("/sandbox/effects", sync_to_thread=False)
    def read_effects() -> Effects:
        return effects(store, deliveries)

    @get("/sandbox/faults", sync_to_thread=False)
    def list_faults() -> FaultList:
        return FaultList(faults.list(), list(Kind))

    @post("/sandbox/faults", sync_to_thread=False)
    def add_fault(data: Order) -> Fault:
        return faults.add(data)

    @delete("/sandbox/faults", sync_to_thread=False)
    def clear_faults() -> None:
        faults.clear()

    @post("/sandbox/reset", status_code=204, sync_to_thread=False)
    def reset() -> None:
        store.empty()
        faults.reload()

    @post("/sandbox/stripe/authenticate/{intent_id:str}", status_code=200, sync_to_thread=False)
    def authenticate(intent_id: str, data: Verdict) -> PaymentIntent:
        try:
            return api.finish(intent_id, succeed=data.succeed)
        except StripeError as error:
            raise HTTPException(status_code=error.status, detail=error.body.message) from error

    return [health, read_effects, list_faults, add_fault, clear_faults, reset, authenticate]
