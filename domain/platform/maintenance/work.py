"""The scheduled tasks of the platform itself."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from domain.platform.outbox.work import Work


class Prune(Work, frozen=True, kw_only=True):
    """Delete what is finished and old."""

    task: ClassVar[str] = "maintenance.prune"
    queue: ClassVar[str] = "maintenance"


class Optimize(Work, frozen=True, kw_only=True):
    """Refresh the planner's statistics."""

    task: ClassVar[str] = "maintenance.optimize"
    queue: ClassVar[str] = "maintenance"


class Backup(Work, frozen=True, kw_only=True):
    """Copy the database, and verify the copy by opening and checking it."""

    task: ClassVar[str] = "maintenance.backup"
    queue: ClassVar[str] = "maintenance"


class CheckInvariants(Work, frozen=True, kw_only=True):
    """Check payments, bookings and the ledger against each other: what is recent, or everything."""

    task: ClassVar[str] = "maintenance.check_invariants"
    queue: ClassVar[str] = "maintenance"
    everything: bool = False


class AskOverdue(Work, frozen=True, kw_only=True):
    """Look up payments that are stuck or unknown at the provider."""

    task: ClassVar[str] = "reconciliation.ask_overdue"
    queue: ClassVar[str] = "maintenance"


class Window(msgspec.Struct, frozen=True):
    """The events from ``since`` to ``until``, newest first; only those after ``after``, the provider's cursor."""

    since: datetime
    until: datetime
    after: str | None = None


class FetchEvents(Work, frozen=True, kw_only=True):
    """Fetch the provider's events and store those that never arrived.

    ``rest`` is the part of a long list that an earlier run could not read.
    """

    task: ClassVar[str] = "reconciliation.fetch_events"
    queue: ClassVar[str] = "maintenance"
    provider: str
    rest: Window | None = None
