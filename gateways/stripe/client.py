"""Stripe's SDK, and the only file that imports it: requests go in, our structs and failures come out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import httpx
import msgspec
import stripe
from stripe.params import (
    ChargeListParams,
    EventListParams,
    PaymentIntentCreateParams,
    RefundCreateParams,
    RefundListParams,
)

from domain.payments.ports import CardOrder
from domain.payments.refunds.ports import RefundOrder
from gateways.deadline import anything_sent
from gateways.http import retry_after_s
from gateways.stripe.failures import Failure
from gateways.stripe.objects import CardProblem, Charge, Found, Intent, Page
from gateways.stripe.refund_objects import Refund

PAGE = 100
"""The most items that Stripe lists in one answer."""
EXPAND = ["latest_charge.balance_transaction"]
"""Without this expansion a capture has no fee."""

T = TypeVar("T")
Tag = TypeVar("Tag", bound=Found)


class StripeFailed(Exception):
    """A call failed.  ``failure`` holds the facts, not yet their meaning."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class _WithId(msgspec.Struct, frozen=True):
    id: str


class _Error(CardProblem, frozen=True):
    param: str | None = None
    payment_intent: _WithId | None = None


class _ErrorBody(msgspec.Struct, frozen=True):
    error: _Error


class _Transport(stripe.HTTPClient):
    """Our httpx client for the SDK, whose own client takes neither limits nor hooks."""

    name = "httpx"

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__()
        self._http = http

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self._http.request(method, url, headers=headers, content=post_data)
        except httpx.HTTPError as error:
            why = f"{type(error).__name__}: {error}"
            raise stripe.APIConnectionError(why) from error  # type: ignore[no-untyped-call]  # untyped in the SDK
        return answer.content, answer.status_code, answer.headers

    def sleep_async(self, secs: float) -> Awaitable[None]:
        return asyncio.sleep(secs)


class StripeApi:
    """The calls that we make, each one request.  All raise :class:`StripeFailed`."""

    def __init__(self, secret_key: str, base: str, http: httpx.AsyncClient) -> None:
        # Telemetry would write a file into the home directory and slow every call down.
        stripe.enable_telemetry = False
        self._http = http
        # No retries: the durable task repeats the call with the same key, and counts its attempts.
        self.sdk = stripe.StripeClient(
            secret_key, base_addresses={"api": base.rstrip("/")}, max_network_retries=0, http_client=_Transport(http)
        )

    async def create(self, order: CardOrder) -> Intent:
        """Create an intent and, with a payment method, confirm it, in one request under the order's key."""
        params: PaymentIntentCreateParams = {
            "amount": order.amount_minor,
            "currency": order.currency,
            "allowed_payment_method_types": ["card"],
            # The default captures later, so its answer has no fee.
            "capture_method": "automatic",
            "description": order.description,
            "metadata": {"payment_id": order.payment_id, "booking_id": order.booking_id},
            "transfer_group": order.booking_id,
            "expand": EXPAND,
        }
        if order.payment_method is not None:
            params["payment_method"] = order.payment_method
            params["confirm"] = True
        call = self.sdk.v1.payment_intents.create_async(params, {"idempotency_key": order.request_key})
        return await answer(call, Intent)

    async def retrieve(self, intent_id: str) -> Intent:
        call = self.sdk.v1.payment_intents.retrieve_async(intent_id, {"expand": EXPAND})
        return await answer(call, Intent, read=True)

    async def charges_of(self, order: CardOrder) -> list[Charge]:
        """Return the order's charges, newest first, out of those of its booking."""
        params: ChargeListParams = {"limit": PAGE, "transfer_group": order.booking_id}
        tag = ("payment_id", order.payment_id)
        return await tagged(self.sdk.v1.charges.list_async, params, Page[Charge], tag, whole=True)

    async def cancel(self, intent_id: str) -> Intent:
        """Cancel under a fresh key each time: a second cancellation is harmless, and Stripe stores failures by key."""
        return await answer(self.sdk.v1.payment_intents.cancel_async(intent_id, {"expand": EXPAND}), Intent)

    async def refund(self, order: RefundOrder) -> Refund:
        params: RefundCreateParams = {
            "payment_intent": order.payment_provider_id,
            "amount": order.amount_minor,
            "metadata": {
                "refund_id": order.refund_id,
                "payment_id": order.payment_id,
                "booking_id": order.booking_id,
            },
        }
        return await answer(self.sdk.v1.refunds.create_async(params, {"idempotency_key": order.request_key}), Refund)

    async def retrieve_refund(self, refund_id: str) -> Refund:
        return await answer(self.sdk.v1.refunds.retrieve_async(refund_id), Refund, read=True)

    async def refunds_of(self, order: RefundOrder) -> list[Refund]:
        """Return the order's refunds out of those of its payment."""
        params: RefundListParams = {"limit": PAGE, "payment_intent": order.payment_provider_id}
        return await tagged(self.sdk.v1.refunds.list_async, params, Page[Refund], ("refund_id", order.refund_id))

    async def list_events(
        self, types: list[str], since: datetime, until: datetime, after: str | None
    ) -> Page[msgspec.Raw]:
        """Return one page, newest first, of the events created from ``since`` to ``until``, both included."""
        params: EventListParams = {
            "limit": PAGE,
            "types": types,
            "created": {"gte": seconds(since), "lte": seconds(until)},
        }
        if after is not None:
            params["starting_after"] = after
        return await answer(self.sdk.v1.events.list_async(params), Page[msgspec.Raw], read=True)

    async def close(self) -> None:
        await self._http.aclose()


def seconds(moment: datetime) -> int:
    """Return ``moment`` in seconds since 1970, as Stripe counts."""
    return int(moment.timestamp())


async def answer(call: Awaitable[Any], kind: type[T], *, read: bool = False) -> T:
    """Return the answer, decoded from its own bytes: the SDK's objects do not leave this file.

    ``StripeFailed`` when the call fails or its answer cannot be decoded.
    """
    try:
        body = (await call).last_response.body
        return msgspec.json.decode(body, type=kind)
    except stripe.StripeError as error:
        raise StripeFailed(_facts(error, read)) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        # A success that neither we nor the SDK can read, such as a proxy's page.
        raise StripeFailed(Failure(code="answer_unreadable", message=repr(error), read=read)) from error


async def tagged(
    listing: Callable[[Any, Any], Awaitable[Any]],
    params: Mapping[str, Any],
    pages: type[Page[Tag]],
    tag: tuple[str, str],
    *,
    options: Mapping[str, Any] | None = None,
    whole: bool = False,
) -> list[Tag]:
    """Return the objects of a list that have our ``tag`` (its name, our id) in their metadata, newest first.

    Each page is one request.  The search ends with the first page that has such an object, or, when ``whole``, with
    the list.
    """
    found: list[Tag] = []
    after: dict[str, str] = {}
    while True:
        page = await answer(listing({**params, **after}, options), pages, read=True)
        name, value = tag
        found += [item for item in page.data if item.tag(name) == value]
        if not page.has_more or not page.data or (found and not whole):
            return found
        after = {"starting_after": page.data[-1].id}


def _facts(error: stripe.StripeError, read: bool) -> Failure:
    headers: Mapping[str, str] = error.headers or {}
    told = _error_body(error.http_body)
    answered = error.http_status is not None
    return Failure(
        status=error.http_status,
        type=told.type,
        code=told.code,
        decline_code=told.decline_code,
        param=told.param,
        message=told.message or str(error),
        intent_id=told.payment_intent.id if told.payment_intent else None,
        retry_after_s=retry_after_s(headers.get("retry-after")),
        replayed=headers.get("idempotent-replayed") == "true",
        sent=answered or anything_sent(),
        read=read,
    )


def _error_body(body: str | None) -> _Error:
    """Return the error in Stripe's body; an empty one for a body that is not Stripe's, such as a proxy's page."""
    try:
        return msgspec.json.decode(body or "", type=_ErrorBody).error
    except msgspec.MsgspecError:
        return _Error()
