"""A search for jobs, and the checks of its parameters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from domain.currencies import MAXIMUM_MINOR, currency
from domain.errors import Invalid
from domain.marketplace.jobs.categories import check_category
from domain.marketplace.jobs.cells import Near
from domain.marketplace.jobs.check import check_coordinates
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.words import terms_for

BUDGET_MOST = MAXIMUM_MINOR
MOST_TERMS = 24
"""The most words that a search may have, or letters of scripts without spaces between words."""
WIDEST_KM = 500


class Sort(StrEnum):
    NEWEST = "newest"
    """Jobs that opened last come first."""
    BUDGET_UP = "budget_up"
    BUDGET_DOWN = "budget_down"
    NEAREST = "nearest"


class Search(msgspec.Struct, frozen=True):
    """A search for jobs that meet every condition.  Amounts are in minor units of ``currency``."""

    status: JobStatus = JobStatus.OPEN
    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # a job has one of these
    city: str | None = None
    near: Near | None = None
    currency: str | None = None
    budget_least: int = 0
    budget_most: int = BUDGET_MOST
    since: datetime | None = None
    sort: Sort = Sort.NEWEST

    def is_about_budgets_alone(self) -> bool:
        """Return whether the search sorts by budget and has no other condition, so that an index has its order."""
        return self.sort in _BY_BUDGET and not (self.words or self.categories or self.city or self.near or self.since)


_BY_BUDGET = (Sort.BUDGET_UP, Sort.BUDGET_DOWN)


class Asked(msgspec.Struct, frozen=True):
    """The parameters as the caller sent them; :func:`understood` makes a search of them."""

    status: JobStatus = JobStatus.OPEN
    q: str | None = None
    category: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    currency: str | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    posted_since: datetime | None = None
    sort: Sort = Sort.NEWEST


def understood(asked: Asked) -> Search:
    """Return the search; ``Invalid`` names the wrong parameter.  Amounts without a currency are in US dollars."""
    least, most = asked.budget_min, asked.budget_max
    if least is not None and most is not None and least > most:
        raise Invalid("budget_range_empty", "The least budget is more than the greatest.", "budget_max")
    near = circle(asked.latitude, asked.longitude, asked.radius_km)
    if asked.sort is Sort.NEAREST and near is None:
        raise Invalid("sort_needs_place", "Sorting by nearest needs latitude, longitude and radius_km.", "sort")
    money = asked.currency or ("usd" if least is not None or most is not None or asked.sort in _BY_BUDGET else None)
    return Search(
        status=asked.status,
        words=words_asked(asked.q),
        categories=(check_category(asked.category),) if asked.category is not None else (),
        city=asked.city,
        near=near,
        currency=currency(money).code if money else None,
        budget_least=0 if least is None else least,
        budget_most=BUDGET_MOST if most is None else min(most, BUDGET_MOST),
        since=asked.posted_since,
        sort=asked.sort,
    )


def words_asked(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    found = terms_for(text)
    if not found:
        raise Invalid("no_words", "There is no word to search for.", "q")
    if len(found) > MOST_TERMS:
        words = f"Search for at most {MOST_TERMS} words, or letters of a script without spaces."
        raise Invalid("too_many_words", words, "q")
    return tuple(found)


def circle(latitude: float | None, longitude: float | None, radius_km: float | None) -> Near | None:
    """Return the circle of a search; ``Invalid`` names the part that is missing or wrong."""
    if latitude is None and longitude is None and radius_km is None:
        return None
    latitude, longitude = check_coordinates(latitude, longitude)
    if latitude is None or longitude is None:
        raise Invalid("coordinates_incomplete", "A radius needs a latitude and a longitude.", "latitude")
    if radius_km is None:
        raise Invalid("coordinates_incomplete", "Say how far away it may be.", "radius_km")
    if not 0 < radius_km <= WIDEST_KM:
        raise Invalid("radius_out_of_range", f"A radius is at most {WIDEST_KM} km.", "radius_km")
    return Near(latitude, longitude, radius_km)
