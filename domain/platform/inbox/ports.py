"""The port of a provider that lists its events, and the events that no noun records, in provider-neutral terms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class ProviderEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the provider lists it.  ``payload`` is its raw JSON, the same as a webhook's body."""

    event_id: str
    type: str
    created: datetime
    payload: str


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of events.  ``next_cursor`` is None on the last page."""

    events: list[ProviderEvent]
    next_cursor: str | None


class NotOurs(msgspec.Struct, frozen=True, kw_only=True):
    """An event that does not concern us, and the reason."""

    event_id: str
    reason: str


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """An event about our money that must not be applied, and the reason: it raises an alarm."""

    event_id: str
    reason: str


class Events(Protocol):
    """A provider that stores its events for a while.  Not thread safe: all calls come from one event loop."""

    async def events(self, since: datetime, until: datetime, cursor: str | None, deadline: timedelta) -> EventPage:
        """Return one page of the events created from ``since`` to ``until``, both included, to the second.

        Raises one of :mod:`domain.provider_errors`; ``deadline`` bounds the whole call.
        """
        ...
