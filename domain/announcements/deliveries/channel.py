"""A channel: one way to reach a person, such as e-mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.announcements.deliveries.work import Send
from domain.announcements.recipient import Recipient


@dataclass(frozen=True, slots=True)
class Channel:
    """``name``: in rows and events, and of its carrier among the gateways; at most 12 characters.

    ``send`` makes the work of a delivery.  ``address_of`` gives where a person is reached now, as the carrier takes it;
    None when the person cannot be reached so.
    """

    name: str
    send: Callable[[str], Send]
    address_of: Callable[[Recipient], str | None]
