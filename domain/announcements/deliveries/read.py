"""Read deliveries."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.announcements.deliveries.tables import delivery, suppression
from domain.database import Connection
from domain.schema.reader import Reader


class Delivery(msgspec.Struct, frozen=True):
    id: str
    account_id: str
    channel: str
    kind: str
    subject_id: str
    occasion: str
    status: str
    address: str | None
    provider_id: str | None
    detail: str | None
    submitted_at: datetime | None
    created_at: datetime


find = Reader(delivery, Delivery).find
_suppressed = select(suppression.c.reason).where(
    suppression.c.channel == bindparam("by_channel"), suppression.c.address == bindparam("to_address")
)


def why_suppressed(connection: Connection, channel: str, address: str) -> str | None:
    """Return why the channel does not send to the address; None when it may."""
    found: str | None = connection.run(_suppressed, by_channel=channel, to_address=address).scalar()
    return found
