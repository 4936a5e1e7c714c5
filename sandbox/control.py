"""The routes under ``/sandbox`` for programs: health, effects, faults, reset."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import MediaType, Response, delete, get, post
from litestar.exceptions import HTTPException
from litestar.params import Parameter
from litestar.types import ControllerRouterHandler

from sandbox import page
from sandbox.delivery import Deliveries
from sandbox.effects import MOST, ChargedPage, Effects, charged, effects
from sandbox.faults import ABOUT, Fault, Faults, Order
from sandbox.outgoing_effects import PaidOut, paid_out
from sandbox.pages.faults import fault_pages
from sandbox.pages.layout import respond
from sandbox.sendgrid.endpoint import OPERATION
from sandbox.sendgrid.events import EVENT_TYPES as MAIL_EVENT_TYPES
from sandbox.store import Store
from sandbox.stripe.objects import EVENT_TYPES
from sandbox.stripe.routes import OPERATIONS

OPERATION_NAMES = frozenset({OPERATION, *(operation.name for operation in OPERATIONS)})
EVENT_NAMES = EVENT_TYPES | MAIL_EVENT_TYPES


class FaultList(msgspec.Struct):
    """The active faults and the possible ones.

    ``kinds``: the kinds with their explanations; ``operations``: the operations, or for webhooks the event types, to
    which a fault may be limited.
    """

    active: list[Fault]
    kinds: dict[str, str]
    operations: list[str]
    events: list[str]


def controls(store: Store, faults: Faults, deliveries: Deliveries) -> list[ControllerRouterHandler]:
    forms = fault_pages(faults, OPERATION_NAMES, EVENT_NAMES)
    return [*_watching(store, deliveries, faults), *_faults(store, faults), *forms]


def _watching(store: Store, deliveries: Deliveries, faults: Faults) -> list[ControllerRouterHandler]:
    @get("/", media_type=MediaType.HTML)
    async def index() -> Response[str]:
        await store.settled()
        return respond(page.render(store, effects(store, deliveries), faults.list()))

    @get("/sandbox/health", sync_to_thread=False)
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @get("/sandbox/effects")
    async def read_effects() -> Effects:
        await store.settled()
        return effects(store, deliveries)

    @get("/sandbox/effects/charges")
    async def read_charges(
        payment: str | None = None,
        payment_intent: str | None = None,
        idempotency_key: str | None = None,
        after: int = 0,
        limit: Annotated[int, Parameter(ge=1, le=MOST)] = MOST,
    ) -> ChargedPage:
        await store.settled()
        return charged(store, after, limit, payment=payment, intent=payment_intent, key=idempotency_key)

    @get("/sandbox/effects/paid-out")
    async def read_paid_out() -> PaidOut:
        await store.settled()
        return paid_out(store)

    return [index, health, read_effects, read_charges, read_paid_out]


def _faults(store: Store, faults: Faults) -> list[ControllerRouterHandler]:
    @get("/sandbox/faults", sync_to_thread=False)
    def list_faults() -> FaultList:
        kinds = {kind.value: text for kind, text in ABOUT.items()}
        return FaultList(faults.list(), kinds, sorted(OPERATION_NAMES), sorted(EVENT_NAMES))

    @post("/sandbox/faults")
    async def add_fault(data: Order) -> Fault:
        known = EVENT_NAMES if data.kind.is_of_webhooks else OPERATION_NAMES
        if data.operation is not None and data.operation not in known:
            raise HTTPException(status_code=400, detail=f"operation is one of {', '.join(sorted(known))}")
        return await faults.add(data)

    @delete("/sandbox/faults")
    async def clear_faults() -> None:
        await faults.clear()

    @post("/sandbox/reset", status_code=204)
    async def reset() -> None:
        await store.write(store.empty)
        faults.reload()

    return [list_faults, add_fault, clear_faults, reset]
