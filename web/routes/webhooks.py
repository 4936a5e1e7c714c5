"""Events of providers: verified, taken in once, answered at once; a Celery worker applies them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, post

from domain.inbox.receive import receive
from gateways.stripe.signature import SignatureError, verify
from runtime import logging
from web.bodies import WHOLE
from web.correlation import correlation_id
from web.headers import header
from web.openapi import SignedEvent
from web.problems import BadRequest, can_fail
from web.services import Provided

log = logging.get("handwork.web.webhooks")


class Received(msgspec.Struct, frozen=True):
    """``new`` is false for an event that had come before."""

    received: bool
    new: bool


class _Event(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern=f"^[!-~]{{1,120}}${WHOLE}")]
    type: str


_decoder = msgspec.json.Decoder(_Event)


class WebhookRoutes(Controller):
    path = "/webhooks"
    tags = ("Webhooks",)

    @post(
        "/stripe",
        status_code=200,
        summary="Stripe's events",
        responses=can_fail(400, 413),
        operation_id="stripe_webhook",
        operation_class=SignedEvent,
    )
    async def stripe(
        self,
        request: Request[Any, Any, Any],
        services: Provided,
    ) -> Received:
        body = await request.body()
        settings = services.settings
        try:
            verify(
                body,
                header(request.scope, b"stripe-signature"),
                settings.stripe_secrets,
                services.clock(),
                settings.webhook_tolerance_s,
            )
        except SignatureError as error:
            log.warning("webhook refused", provider="stripe", code=error.code)
            raise BadRequest(error.code, str(error)) from error
        try:
            event = _decoder.decode(body)
            payload = body.decode()
        except (ValueError, RecursionError) as error:  # all that a decoder can say
            raise BadRequest("event_malformed", f"This is not an event: {error}") from error
        cause = services.cause("stripe", correlation_id(request.scope))
        new = await services.database.write_async(
            lambda connection: receive(connection, cause, provider="stripe", event_id=event.id, payload=payload)
        )
        return Received(received=True, new=new)
