"""The routes under ``/sandbox``: health, effects, faults, reset, and the answer of a card's holder to their bank."""

from __future__ import annotations

from html import escape
from typing import Annotated

import msgspec
from litestar import MediaType, Response, delete, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.params import Body, Parameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from sandbox import page
from sandbox.delivery import Deliveries
from sandbox.effects import MOST, ChargedPage, Effects, charged, effects
from sandbox.faults import ABOUT, Fault, Faults, Order
from sandbox.pages.faults import fault_pages
from sandbox.pages.layout import NOT_FRAMED, respond
from sandbox.sendgrid.endpoint import OPERATION
from sandbox.sendgrid.events import EVENT_TYPES as MAIL_EVENT_TYPES
from sandbox.store import Store
from sandbox.stripe.attempt import finish as settle
from sandbox.stripe.endpoint import StripeApi
from sandbox.stripe.errors import StripeError
from sandbox.stripe.objects import EVENT_TYPES, PaymentIntent
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


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    succeed: bool


class VerdictForm(msgspec.Struct):
    succeed: bool
    return_url: str = ""


def controls(store: Store, faults: Faults, deliveries: Deliveries, api: StripeApi) -> list[ControllerRouterHandler]:
    forms = fault_pages(faults, OPERATION_NAMES, EVENT_NAMES)
    return [*_watching(store, deliveries, faults), *_faults(store, faults), *forms, *_holder(api)]


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

    return [index, health, read_effects, read_charges]


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


def _holder(api: StripeApi) -> list[ControllerRouterHandler]:
    async def finish(intent_id: str, *, succeed: bool) -> PaymentIntent:
        try:
            return await api.act(intent_id, lambda call: settle(call, succeed=succeed))
        except StripeError as error:
            raise HTTPException(status_code=error.status, detail=error.body.message) from error

    @post("/sandbox/stripe/authenticate/{intent_id:str}", status_code=200)
    async def authenticate(intent_id: str, data: Verdict) -> PaymentIntent:
        return await finish(intent_id, succeed=data.succeed)

    address = "/sandbox/stripe/authenticate/{intent_id:str}"

    @get(address, media_type=MediaType.HTML, response_headers=NOT_FRAMED, sync_to_thread=False)
    def ask(intent_id: str, return_url: str = "") -> str:
        return page.consent(intent_id, return_url)

    @post("/sandbox/stripe/authenticate/{intent_id:str}/answer", status_code=200)
    async def answer(
        intent_id: str, data: Annotated[VerdictForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
    ) -> Response[str] | Redirect:
        intent = await finish(intent_id, succeed=data.succeed)
        if data.return_url.startswith(("http://", "https://")):
            mark = "&" if "?" in data.return_url else "?"
            back = f"{data.return_url}{mark}payment_intent={intent.id}&redirect_status={intent.status}"
            return Redirect(back, status_code=303)
        return Response(f"<p>{escape(intent.id)} is {escape(intent.status)}.", media_type=MediaType.HTML)

    return [authenticate, ask, answer]
