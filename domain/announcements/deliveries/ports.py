"""The port of a channel's carrier, and its events, in no provider's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec

M = TypeVar("M", contravariant=True)


class Sent(msgspec.Struct, frozen=True):
    """The carrier has it."""

    provider_id: str | None


class News(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """The address does not exist, or not for us: it is not written to again."""
    BLOCKED = "blocked"
    """This message was turned away; the next may not be."""
    DROPPED = "dropped"
    """The carrier does not write to this address."""
    REPORTED = "reported"
    """Its reader calls it spam."""
    UNSUBSCRIBED = "unsubscribed"


class DeliveryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a carrier about one delivery."""

    event_id: str
    occurred_at: datetime
    delivery_id: str
    news: News
    detail: str | None = None


class Carrier(Protocol[M]):
    """``M`` is the channel's message.  Not thread safe: all calls come from one event loop.  Every call may raise one
    of :mod:`domain.provider_errors`; ``deadline`` bounds the whole of it."""

    async def send(self, message: M, deadline: timedelta) -> Sent:
        """There are no keys: a message whose outcome is unknown may have gone, and sent again it goes again."""
        ...

    async def close(self) -> None:
        """Give the connections back; no call may follow."""
        ...
