"""Stripe's webhooks: one for our own account, one for the connected accounts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Controller, post

from gateways.signature import SignatureError
from gateways.stripe.signature import verify
from web.bodies import ApiRequest
from web.headers import header
from web.openapi import Signed, event, signature
from web.problems import can_fail
from web.webhooks.events import UNREADABLE, EventId, malformed, take_in, unsigned


class Received(msgspec.Struct, frozen=True):
    """``new`` is false for an event that had come before."""

    received: bool
    new: bool


class _Event(msgspec.Struct, frozen=True):
    id: EventId
    type: str


_decoder = msgspec.json.Decoder(_Event)


class StripeEvent(Signed):
    signatures = (
        signature("Stripe-Signature", "^t=[0-9]+,v1=[0-9a-f]+", "When it was signed, and with what outcome."),
    )
    body = event("Stripe's event as it comes.", id="evt_1", type="charge.succeeded")


class StripeWebhooks(Controller):
    path = "/webhooks/stripe"
    tags = ("Webhooks",)

    @post(
        status_code=200,
        summary="Stripe's events",
        responses=can_fail(400, 413),
        operation_class=StripeEvent,
    )
    async def stripe_webhook(self, request: ApiRequest) -> Received:
        return await _receive(request, request.services.settings.stripe_secrets)

    @post(
        "/connect",
        status_code=200,
        summary="Stripe's events of connected accounts",
        description="The second endpoint, which Stripe signs with a secret of its own.",
        responses=can_fail(400, 413),
        operation_class=StripeEvent,
    )
    async def stripe_connect_webhook(self, request: ApiRequest) -> Received:
        return await _receive(request, request.services.settings.stripe_connect_secrets)


async def _receive(request: ApiRequest, secrets: Sequence[str]) -> Received:
    body, services = await request.body(), request.services
    try:
        signature = header(request.scope, b"stripe-signature")
        verify(body, signature, secrets, services.clock(), services.settings.webhook_tolerance_s)
    except SignatureError as error:
        raise unsigned("stripe", error) from error
    try:
        found, payload = _decoder.decode(body), body.decode()
    except UNREADABLE as error:
        raise malformed("an event", error) from error
    return Received(received=True, new=await take_in(request, "stripe", [(found.id, payload)]) == 1)
