"""Record the outcome of a delivery, from the call or from the carrier's events."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, select

from domain.announcements.deliveries.move import try_move
from domain.announcements.deliveries.ports import DeliveryEvent, News, Sent
from domain.announcements.deliveries.read import Delivery, find
from domain.announcements.deliveries.states import DeliveryStatus
from domain.announcements.deliveries.tables import delivery, suppression
from domain.cause import Cause
from domain.database import Connection
from domain.schema import Instant
from domain.schema.upsert import upsert

LONGEST_DETAIL = 200
STATUSES = {
    News.DELIVERED: DeliveryStatus.DELIVERED,
    News.BOUNCED: DeliveryStatus.BOUNCED,
    News.BLOCKED: DeliveryStatus.BOUNCED,
    News.DROPPED: DeliveryStatus.DROPPED,
}
ENDS_WRITING = frozenset({News.BOUNCED, News.DROPPED, News.REPORTED, News.UNSUBSCRIBED})

_suppress = (
    upsert(suppression)
    .values(
        channel=bindparam("channel"),
        address=bindparam("address"),
        account_id=bindparam("account_id"),
        delivery_id=bindparam("delivery_id"),
        reason=bindparam("reason"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)
_old = select(delivery.c.id).where(delivery.c.created_at < bindparam("before", type_=Instant())).limit(500)
_delete_old = delete(delivery).where(delivery.c.id.in_(_old))


class NotAccepted(msgspec.Struct, frozen=True):
    """The carrier refused the message permanently."""

    detail: str


class InDoubt(msgspec.Struct, frozen=True):
    """An earlier attempt may have sent the message: wait for an event until ``until``, then send again."""

    until: datetime


def record(
    connection: Connection, cause: Cause, delivery_id: str, result: Sent | NotAccepted | InDoubt
) -> datetime | None:
    """Record the result; return when to continue; None when nothing is left to do."""
    found = find(connection, delivery_id)
    if found is None:
        return None
    match result:
        case Sent():
            provider_id = result.provider_id or found.provider_id
            try_move(connection, found.id, found.status, DeliveryStatus.ACCEPTED, provider_id=provider_id)
        case NotAccepted():
            detail = result.detail[:LONGEST_DETAIL] or found.detail
            try_move(connection, found.id, found.status, DeliveryStatus.REFUSED, detail=detail)
        case InDoubt():
            return _wait(connection, cause, found, result)
    return None


def _wait(connection: Connection, cause: Cause, found: Delivery, doubt: InDoubt) -> datetime | None:
    if found.status != DeliveryStatus.SUBMITTING:
        return None  # an event arrived meanwhile
    if cause.now < doubt.until:
        return doubt.until
    try_move(connection, found.id, found.status, DeliveryStatus.QUEUED)
    return cause.now


def record_event(connection: Connection, cause: Cause, event: DeliveryEvent) -> bool | None:
    """Record the event; return whether it is news; None when the delivery is not ours."""
    found = find(connection, event.delivery_id)
    if found is None:
        return None
    ended = event.news in ENDS_WRITING and suppress(connection, cause, found, event.news)
    detail = event.detail[:LONGEST_DETAIL] if event.detail else found.detail
    status = STATUSES.get(event.news)
    moved = status is not None and try_move(connection, found.id, found.status, status, detail=detail)
    return ended or moved


def suppress(connection: Connection, cause: Cause, found: Delivery, news: News) -> bool:
    """Suppress the address that the delivery went to, not one that an event names; return whether that is news."""
    if found.address is None:
        return False
    row = connection.run(
        _suppress,
        channel=found.channel,
        address=found.address,
        account_id=found.account_id,
        delivery_id=found.id,
        reason=news.value,
        created_at=cause.now,
    )
    return bool(row.changed)


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete deliveries made before then, at most 500 in a transaction.  Suppressed addresses stay."""
    return connection.run(_delete_old, before=before).changed
