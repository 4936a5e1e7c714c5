"""SendGrid's webhook: events of e-mails, a batch at a time."""

from __future__ import annotations

import msgspec
from litestar import Controller, post
from litestar.openapi.spec import OpenAPIType, Schema

from gateways.sendgrid.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify
from gateways.signature import SignatureError
from web.bodies import ApiRequest
from web.headers import header
from web.openapi import Signed, event, signature
from web.problems import can_fail
from web.webhooks.events import UNREADABLE, EventId, malformed, take_in, unsigned

SIGNATURE_NAME = SIGNATURE_HEADER.lower().encode()
TIMESTAMP_NAME = TIMESTAMP_HEADER.lower().encode()


class ReceivedBatch(msgspec.Struct, frozen=True):
    """How many events there were, and how many of them had not come before."""

    received: int
    new: int


class _Event(msgspec.Struct, frozen=True):
    sg_event_id: EventId
    event: str


_decoder = msgspec.json.Decoder(_Event)
_batch_decoder = msgspec.json.Decoder(list[msgspec.Raw])


class SendGridEvents(Signed):
    signatures = (
        signature(SIGNATURE_HEADER, "^[A-Za-z0-9+/]{8,200}={0,2}$", "ECDSA over the time and the body, in base64."),
        signature(TIMESTAMP_HEADER, "^[0-9]{1,12}$", "When it was signed, in seconds since 1970."),
    )
    body = Schema(
        type=OpenAPIType.ARRAY, items=event("SendGrid's event as it comes.", sg_event_id="abc", event="delivered")
    )


class SendGridWebhooks(Controller):
    path = "/webhooks/sendgrid"
    tags = ("Webhooks",)

    @post(
        status_code=200,
        summary="SendGrid's events, a batch at a time",
        responses=can_fail(400, 413),
        operation_class=SendGridEvents,
    )
    async def sendgrid_webhook(self, request: ApiRequest) -> ReceivedBatch:
        body, services = await request.body(), request.services
        signature, timestamp = header(request.scope, SIGNATURE_NAME), header(request.scope, TIMESTAMP_NAME)
        keys, tolerance_s = services.settings.sendgrid_keys, services.settings.webhook_tolerance_s
        try:
            verify(body, signature, timestamp, keys, services.clock(), tolerance_s)
        except SignatureError as error:
            raise unsigned("sendgrid", error) from error
        events = _events(body)
        return ReceivedBatch(received=len(events), new=await take_in(request, "sendgrid", events))


def _events(body: bytes) -> list[tuple[str, str]]:
    """Return the id and the raw JSON of each event; ``BadRequest`` for a malformed body."""
    try:
        raw = [bytes(one) for one in _batch_decoder.decode(body)]
        return [(_decoder.decode(one).sg_event_id, one.decode()) for one in raw]
    except UNREADABLE as error:
        raise malformed("a list of events", error) from error
