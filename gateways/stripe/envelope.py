"""The fields that every event of Stripe's has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

YEAR_9999 = 253_370_764_800
"""In seconds since 1970; there are no times beyond it."""


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw


class Envelope(msgspec.Struct, frozen=True):
    """``created``: seconds since 1970; ``account``: the connected account that it is about, None: our own."""

    id: str
    type: str
    created: Annotated[int, msgspec.Meta(ge=0, lt=YEAR_9999)]
    data: _Data
    account: str | None = None

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromtimestamp(self.created, UTC)


class _Tagged(msgspec.Struct, frozen=True):
    metadata: dict[str, str] | None = None


_tagged = msgspec.json.Decoder(_Tagged)


def tag_of(event: Envelope, name: str) -> str | None:
    """Our id in the object's metadata: it is how an event finds what it is about."""
    return (_tagged.decode(event.data.object).metadata or {}).get(name)
