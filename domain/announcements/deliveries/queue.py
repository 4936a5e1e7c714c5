"""Queue the delivery of an event by one channel, once."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.states import DeliveryStatus
from domain.announcements.deliveries.tables import delivery
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.platform.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

_insert = (
    upsert(delivery)
    .values(
        id=bindparam("id"),
        account_id=bindparam("account_id"),
        channel=bindparam("channel"),
        kind=bindparam("kind"),
        subject_id=bindparam("subject_id"),
        occasion=bindparam("occasion"),
        status=DeliveryStatus.QUEUED.value,
        created_at=bindparam("created_at"),
        correlation_id=bindparam("correlation_id"),
    )
    .on_conflict_do_nothing()
)


def queue_delivery(connection: Connection, cause: Cause, channel: Channel, event: Deliver) -> None:
    """Store the delivery and queue its task; a repeat changes nothing."""
    new_id = cause.new_id("dlv")
    made = connection.run(
        _insert,
        id=new_id,
        account_id=event.account_id,
        channel=channel.name,
        kind=event.kind,
        subject_id=event.subject_id,
        occasion=event.occasion,
        created_at=cause.now,
        correlation_id=cause.correlation_id,
    )
    if made.changed:
        enqueue(connection, cause, channel.send(new_id))
