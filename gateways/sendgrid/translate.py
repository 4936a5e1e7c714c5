"""Translate SendGrid's events into the domain's.  Pure: no call, no decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from domain.announcements.deliveries.ports import DeliveryEvent, News
from domain.platform.inbox.ports import NotOurs
from gateways.sendgrid.failures import without_addresses

BOUNCES = {"bounce": News.BOUNCED, "blocked": News.BLOCKED}
"""The news by a bounce's ``type``: the address is at fault (``bounce``), or only this mail is (``blocked``)."""
NEWS = {
    "delivered": News.DELIVERED,
    "dropped": News.DROPPED,
    "spamreport": News.REPORTED,
    "unsubscribe": News.UNSUBSCRIBED,
}


YEAR_9999 = 253_370_764_800
"""The start of the year 9999, in seconds since 1970: ``datetime`` ends with that year."""


class Event(msgspec.Struct, frozen=True):
    """The fields that we read of an event; the custom argument is one of them."""

    event: str
    timestamp: Annotated[float, msgspec.Meta(ge=0, lt=YEAR_9999)]
    sg_event_id: str = ""
    delivery_id: str | None = None
    type: str | None = None
    reason: str | None = None


_decoder = msgspec.json.Decoder(Event)


def translate(payload: str) -> DeliveryEvent | NotOurs:
    """Return the event in the domain's terms, or why it is not ours; ``msgspec.MsgspecError`` when it is malformed."""
    event = _decoder.decode(payload)
    news = BOUNCES.get(event.type or "bounce") if event.event == "bounce" else NEWS.get(event.event)
    if news is None:
        return NotOurs(event_id=event.sg_event_id, reason=f"we do not follow {event.event}")
    if event.delivery_id is None:
        return NotOurs(event_id=event.sg_event_id, reason="it names no delivery of ours")
    return DeliveryEvent(
        event_id=event.sg_event_id,
        occurred_at=datetime.fromtimestamp(event.timestamp, UTC),
        delivery_id=event.delivery_id,
        news=news,
        detail=without_addresses(event.reason) if event.reason else None,
    )
