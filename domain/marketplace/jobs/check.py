"""Check the fields of a job."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from domain.currencies import check_amount
from domain.errors import Invalid, check_all
from domain.marketplace.jobs.categories import check_category

OPEN_DAYS = 30
MOST_OPEN_DAYS = 180
FURTHEST = timedelta(days=730)
"""How far ahead work can be wanted; a later date is taken for a typing error."""
DECIMALS = 3
"""Decimals of a degree: a step of about 100 m, fine enough to find work nearby and too coarse to find a door."""


class NewJob(msgspec.Struct, frozen=True):
    """The fields of a new job.  ``latitude`` and ``longitude`` are in degrees, both or neither; dates are local to the
    job's place."""

    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str
    latitude: float | None = None
    longitude: float | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    open_days: int = OPEN_DAYS


def checked(new: NewJob, now: datetime) -> NewJob:
    """Return the job as it is stored; ``Invalid`` names every field that is wrong."""
    check_all(
        lambda: check_category(new.category),
        lambda: check_amount(new.budget_minor, new.currency, "budget_minor"),
        lambda: _check_open_days(new.open_days),
        lambda: _check_dates(new, now),
        lambda: check_coordinates(new.latitude, new.longitude),
    )
    latitude, longitude = check_coordinates(new.latitude, new.longitude)
    return msgspec.structs.replace(new, latitude=latitude, longitude=longitude)


def _check_open_days(days: int) -> None:
    if not 1 <= days <= MOST_OPEN_DAYS:
        raise Invalid(
            "open_days_out_of_range", f"A job is open for 1 to {MOST_OPEN_DAYS} days, not {days}.", "open_days"
        )


def check_coordinates(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Return rounded coordinates; ``Invalid`` for one without the other, or for a value that is not on Earth."""
    if latitude is None and longitude is None:
        return None, None
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise Invalid("coordinates_incomplete", "Coordinates are a latitude and a longitude, or neither.", missing)
    for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not -most <= value <= most:
            raise Invalid(
                "coordinates_out_of_range", f"A {name} lies between -{most} and {most} degrees, not at {value}.", name
            )
    return round(latitude, DECIMALS) + 0.0, round(longitude, DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _check_dates(new: NewJob, now: datetime) -> None:
    first = (now - timedelta(days=1)).date()  # it may still be yesterday where the job is
    last = (now + FURTHEST).date()
    for name, day in (("wanted_from", new.wanted_from), ("wanted_until", new.wanted_until)):
        if day is not None and not first <= day <= last:
            raise Invalid("date_out_of_range", f"{name} must be between today and {last}; it is {day}.", name)
    if new.wanted_from and new.wanted_until and new.wanted_until < new.wanted_from:
        raise Invalid("date_out_of_range", "wanted_until must not be before wanted_from.", "wanted_until")
