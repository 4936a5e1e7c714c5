"""The task of a channel: send each delivery to the carrier once, as far as that can be known."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from domain.announcements.deliveries import record as deliveries
from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.ports import Sent
from domain.announcements.deliveries.record import InDoubt, NotAccepted
from domain.announcements.deliveries.work import Send
from domain.announcements.prepare import DeliveryOrder, prepare
from domain.cause import Cause
from domain.database import Connection
from domain.provider_errors import ProviderError, Refused
from runtime import logging
from runtime.metrics import Counter
from runtime.settings import Settings
from tasks.declare import Again, Call, Durable, durable_task
from tasks.retry import Retry

log = logging.get("handwork.deliveries")

SENT = Counter("deliveries_sent_total", "Deliveries that the carrier accepted", ["channel"])
FAILED = Counter("deliveries_failed_total", "Attempts to send a delivery that failed", ["channel", "kind"])

Result = Sent | NotAccepted | InDoubt
Write = Callable[[DeliveryOrder, Settings], Any]
"""Makes the message that the channel's carrier takes.  Secrets are made here, and only the message holds them."""


def delivery_task(channel: Channel, work: type[Send], write: Write, *, retry: Retry) -> Durable:
    """Declare the task that sends the deliveries of one channel; ``write`` makes the carrier's message."""

    async def send(call: Call, _work: Send, order: DeliveryOrder) -> Result:
        return await _send(call, channel, order, write)

    declare = durable_task(
        work=work,
        prepare=partial(prepare, channel=channel),
        record=_record,
        retry=retry,
        batch=25,
    )
    return declare(send)


async def _send(call: Call, channel: Channel, order: DeliveryOrder, write: Write) -> Result:
    """Send the delivery; return ``InDoubt`` instead when an earlier attempt may have sent it.

    No key makes a repeat harmless, so a delivery in doubt waits for ``delivery_doubt`` after its submission.
    """
    if call.in_doubt and not order.fresh:
        return InDoubt(until=order.submitted_at + call.settings.delivery_doubt)
    try:
        sent = await call.gateways.carrier(channel.name).send(write(order, call.settings), call.deadline)
    except Refused as refused:
        FAILED.labels(channel.name, "refused").inc()
        log.warning("delivery refused", channel=channel.name, delivery_id=order.delivery_id, reason=refused.message)
        return NotAccepted(refused.message)
    except ProviderError as error:
        FAILED.labels(channel.name, type(error).__name__).inc()
        raise
    SENT.labels(channel.name).inc()
    log.info("delivery sent", channel=channel.name, delivery_id=order.delivery_id, provider_id=sent.provider_id)
    return sent


def _record(connection: Connection, cause: Cause, work: Send, result: Result) -> Again | None:
    at = deliveries.record(connection, cause, work.delivery_id, result)
    return Again(at, "it may have gone: news of it is waited for") if at else None
