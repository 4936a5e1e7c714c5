"""The fields that every event of Stripe's has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from gateways.stripe.objects import Tagged

YEAR_9999 = 253_370_764_800
"""The start of the year 9999, in seconds since 1970: ``datetime`` ends with that year."""

E = TypeVar("E")
_tagged = msgspec.json.Decoder(Tagged)


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw


class Envelope(msgspec.Struct, frozen=True):
    """One event.  ``created``: seconds since 1970.  ``account``: the connected account; None for our own."""

    id: str
    type: str
    created: Annotated[int, msgspec.Meta(ge=0, lt=YEAR_9999)]
    data: _Data
    account: str | None = None

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromtimestamp(self.created, UTC)


def tag_of(event: Envelope, name: str) -> str | None:
    """Return our id, by its ``name``, in the metadata of the event's object; None without one."""
    return _tagged.decode(event.data.object).tag(name)


def about(tag: str, read: Callable[[Envelope, str], E | str]) -> Callable[[Envelope], E | str]:
    """Return a translator that calls ``read`` with our id, or returns why an event without that ``tag`` is not ours."""

    def translator(event: Envelope) -> E | str:
        found = tag_of(event, tag)
        return read(event, found) if found else f"it carries no {tag} in its metadata"

    return translator
