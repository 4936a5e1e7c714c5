"""Define a channel: one way to reach a person, such as e-mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.announcements.deliveries.work import Send
from domain.announcements.recipient import Recipient


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel.  ``name`` has at most 12 characters; rows, events and the gateways' carriers use this name.

    ``send`` makes the work of a delivery.  ``address_of`` returns the person's present address, as the carrier takes
    it; None when the channel cannot reach the person.
    """

    name: str
    send: Callable[[str], Send]
    address_of: Callable[[Recipient], str | None]
