"""Change a delivery's status by one conditional UPDATE.

A delivery has no history rows: its attempts and the inbox are its history, and more rows would double what the busiest
table writes.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, update

from domain.announcements.deliveries.read import Delivery
from domain.announcements.deliveries.states import TRANSITIONS, DeliveryStatus
from domain.announcements.deliveries.tables import delivery
from domain.database import Connection
from domain.schema import Instant

_move = (
    update(delivery)
    .where(delivery.c.id == bindparam("delivery_id"), delivery.c.status == bindparam("before"))
    .values(
        status=bindparam("after"),
        address=bindparam("to_address"),
        provider_id=bindparam("at_provider"),
        detail=bindparam("why"),
        submitted_at=bindparam("since", type_=Instant()),
    )
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The new values of a delivery's columns; None leaves a value as it was."""

    address: str | None = None
    provider_id: str | None = None
    detail: str | None = None
    submitted_at: datetime | None = None


def try_move(connection: Connection, found: Delivery, after: DeliveryStatus, change: Change | None = None) -> bool:
    """Move the delivery; return False when the table does not allow the move, or the status has changed meanwhile."""
    new = change or Change()
    if after not in TRANSITIONS[DeliveryStatus(found.status)]:
        return False
    moved = connection.run(
        _move,
        delivery_id=found.id,
        before=found.status,
        after=after.value,
        to_address=new.address or found.address,
        at_provider=new.provider_id or found.provider_id,
        why=new.detail or found.detail,
        since=new.submitted_at or found.submitted_at,
    )
    return bool(moved.changed)
