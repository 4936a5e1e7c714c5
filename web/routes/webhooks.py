"""Events of providers: verified, taken in once, answered at once; a Celery worker applies them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Controller, post

from domain.database import Connection
from domain.platform.inbox.receive import receive
from gateways.sendgrid import signature as sendgrid_signature
from gateways.stripe.signature import SignatureError, verify
from runtime import logging
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.headers import header
from web.openapi import SignedEvent, SignedEvents
from web.problems import BadRequest, can_fail
from web.services import Services
from web.texts import WHOLE

SIGNATURE_NAME = sendgrid_signature.SIGNATURE_HEADER.lower().encode()
TIMESTAMP_NAME = sendgrid_signature.TIMESTAMP_HEADER.lower().encode()

log = logging.get("handwork.web.webhooks")


class Received(msgspec.Struct, frozen=True):
    """``new`` is false for an event that had come before."""

    received: bool
    new: bool


class ReceivedBatch(msgspec.Struct, frozen=True):
    """How many events there were, and how many of them had not come before."""

    received: int
    new: int


class _Event(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern=f"^[!-~]{{1,120}}${WHOLE}")]
    type: str


class _MailEvent(msgspec.Struct, frozen=True):
    sg_event_id: Annotated[str, msgspec.Meta(pattern=f"^[!-~]{{1,120}}${WHOLE}")]
    event: str


_decoder = msgspec.json.Decoder(_Event)
_mail_event_decoder = msgspec.json.Decoder(_MailEvent)
_batch_decoder = msgspec.json.Decoder(list[msgspec.Raw])


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
        request: ApiRequest,
    ) -> Received:
        services = request.services
        return await _receive(request, services, services.settings.stripe_secrets)

    @post(
        "/stripe/connect",
        status_code=200,
        summary="Stripe's events of connected accounts",
        description="The second endpoint, which Stripe signs with a secret of its own.",
        responses=can_fail(400, 413),
        operation_id="stripe_connect_webhook",
        operation_class=SignedEvent,
    )
    async def stripe_connect(
        self,
        request: ApiRequest,
    ) -> Received:
        services = request.services
        return await _receive(request, services, services.settings.stripe_connect_secrets)

    @post(
        "/sendgrid",
        status_code=200,
        summary="SendGrid's events, a batch at a time",
        responses=can_fail(400, 413),
        operation_id="sendgrid_webhook",
        operation_class=SignedEvents,
    )
    async def sendgrid(
        self,
        request: ApiRequest,
    ) -> ReceivedBatch:
        services = request.services
        body = await request.body()
        settings = services.settings
        signature = header(request.scope, SIGNATURE_NAME)
        timestamp = header(request.scope, TIMESTAMP_NAME)
        keys, tolerance_s = settings.sendgrid_keys, settings.webhook_tolerance_s
        try:
            sendgrid_signature.verify(body, signature, timestamp, keys, services.clock(), tolerance_s)
        except sendgrid_signature.SignatureError as error:
            log.warning("webhook refused", provider="sendgrid", code=error.code)
            raise BadRequest(error.code, str(error)) from error
        events = _mail_events(body)
        cause = services.cause("sendgrid", correlation_id(request.scope))

        def unit(connection: Connection) -> int:
            """All of them or none: SendGrid sends the whole batch again."""
            taken = [
                receive(connection, cause, provider="sendgrid", event_id=event_id, payload=payload)
                for event_id, payload in events
            ]
            return sum(each.changed for each in taken)

        return ReceivedBatch(received=len(events), new=await services.database.write_async(unit))


async def _receive(request: ApiRequest, services: Services, secrets: Sequence[str]) -> Received:
    body = await request.body()
    try:
        signature = header(request.scope, b"stripe-signature")
        verify(body, signature, secrets, services.clock(), services.settings.webhook_tolerance_s)
    except SignatureError as error:
        log.warning("webhook refused", provider="stripe", code=error.code)
        raise BadRequest(error.code, str(error)) from error
    try:
        event = _decoder.decode(body)
        payload = body.decode()
    except (ValueError, RecursionError) as error:  # all that a decoder can say
        raise BadRequest("event_malformed", f"This is not an event: {error}") from error
    cause = services.cause("stripe", correlation_id(request.scope))
    rows = await services.database.write_async(
        lambda connection: receive(connection, cause, provider="stripe", event_id=event.id, payload=payload)
    )
    return Received(received=True, new=rows.changed == 1)


def _mail_events(body: bytes) -> list[tuple[str, str]]:
    """The id and the raw JSON of each."""
    try:
        raw = [bytes(one) for one in _batch_decoder.decode(body)]
        return [(_mail_event_decoder.decode(one).sg_event_id, one.decode()) for one in raw]
    except (ValueError, RecursionError) as error:  # all that a decoder can say
        raise BadRequest("event_malformed", f"This is not a list of events: {error}") from error
