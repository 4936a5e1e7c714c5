"""The dates that two parties agree on: when the work begins and, perhaps, when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from domain.errors import Invalid

FURTHEST = timedelta(days=730)
"""The longest time to the start: no parties agree on later work, so a later date is a typing error."""
LONGEST = timedelta(days=366)


class Dates(msgspec.Struct, frozen=True):
    """Dates in UTC; there is no end without a start."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None


def check_dates(now: datetime, starts_at: datetime | None, ends_at: datetime | None) -> Dates:
    """Return the dates in UTC; ``Invalid`` unless the start is within two years, and the end within 366 days of it."""
    if starts_at is None:
        if ends_at is not None:
            raise Invalid("date_out_of_range", "An end needs a start: send starts_at as well.", "ends_at")
        return Dates()
    if not now < starts_at <= now + FURTHEST:
        raise Invalid(
            "date_out_of_range", f"The start must be in the future, at most {FURTHEST.days} days ahead.", "starts_at"
        )
    if ends_at is not None and not starts_at < ends_at <= starts_at + LONGEST:
        raise Invalid("date_out_of_range", f"The end must be after the start, at most {LONGEST.days} days.", "ends_at")
    return Dates(starts_at.astimezone(UTC), ends_at.astimezone(UTC) if ends_at else None)
