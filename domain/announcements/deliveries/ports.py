"""The port of a channel's carrier, and its events, in provider-neutral terms."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec

M = TypeVar("M", contravariant=True)


class Sent(msgspec.Struct, frozen=True):
    """The carrier accepted the message."""

    provider_id: str | None


class News(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """The address does not exist, or refuses us: nothing is sent to it again."""
    BLOCKED = "blocked"
    """The recipient's server refused this message; it may accept the next one."""
    DROPPED = "dropped"
    """The carrier does not send to this address."""
    REPORTED = "reported"
    """The reader reported the message as spam."""
    UNSUBSCRIBED = "unsubscribed"


class DeliveryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a carrier about one delivery."""

    event_id: str
    occurred_at: datetime
    delivery_id: str
    news: News
    detail: str | None = None


class Carrier(Protocol[M]):
    """A channel's carrier; ``M`` is the channel's message.  Not thread safe: all calls come from one event loop.

    Every call may raise one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
    """

    async def send(self, message: M, deadline: timedelta) -> Sent:
        """Send the message.

        There are no request keys: a message whose outcome is unknown may have been sent, and a retry sends it twice.
        """
        ...

    async def close(self) -> None:
        """Close the connections; no call may follow."""
        ...
