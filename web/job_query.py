"""The query of ``GET /jobs``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.errors import Invalid
from domain.marketplace.jobs.query import WIDEST_KM, Asked, Search, Sort, understood
from domain.marketplace.jobs.states import JobStatus
from web.bodies import CurrencyCode
from web.paging import DEFAULT_LIMIT
from web.queries import Cursor, Items, Latitude, Longitude, Place, Queried, decode_query, given_by

_KEPT_BYTES = 500
_BUDGET = "Minor units of `currency`, which is usd unless you say so."
Budget = Annotated[int, Meta(ge=0, le=2**53, description=_BUDGET)]
Since = Annotated[
    str,
    Meta(
        max_length=40,
        description="Opened then or later: `2027-01-31T12:00:00Z`.",
        extra_json_schema={"format": "date-time"},
    ),
]


class JobQuery(msgspec.Struct, frozen=True):
    status: JobStatus = JobStatus.OPEN
    q: (
        Annotated[
            str,
            Meta(
                max_length=200,
                description="Words of the title or the description, or their beginnings: all, in any order. "
                "Any part counts where a script sets no spaces.",
            ),
        ]
        | UnsetType
    ) = UNSET
    category: Annotated[str, Meta(max_length=40, description="See GET /categories.")] | UnsetType = UNSET
    city: Place | UnsetType = UNSET
    latitude: Latitude | UnsetType = UNSET
    longitude: Longitude | UnsetType = UNSET
    radius_km: Annotated[float, Meta(gt=0, le=WIDEST_KM, description="Around that point.")] | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    budget_min: Budget | UnsetType = UNSET
    budget_max: Budget | UnsetType = UNSET
    posted_since: Since | UnsetType = UNSET
    sort: Sort = Sort.NEWEST
    limit: Items = DEFAULT_LIMIT
    cursor: Cursor | UnsetType = UNSET


@dataclass
class JobsQueried(Queried):
    query: ClassVar[type[msgspec.Struct]] = JobQuery


class Listing(msgspec.Struct, frozen=True):
    """A query.  ``search``: None for the plain list of a status.  ``name``: the query that its cursors, of ``parts``
    numbers each, belong to."""

    status: JobStatus
    limit: int
    cursor: str | None
    search: Search | None
    name: str
    parts: int


def listing(query: bytes) -> Listing:
    """Return the listing that the query string asks for; short query strings are cached."""
    return _read_once(query) if len(query) <= _KEPT_BYTES else _read(query)


def _read(query: bytes) -> Listing:
    found = decode_query(query, JobQuery)
    given: dict[str, Any] = given_by(found)
    limit, cursor = given.pop("limit"), given.pop("cursor", None)
    if "posted_since" in given:
        given["posted_since"] = _moment(given["posted_since"])
    asked = Asked(**given)
    if asked == Asked(status=asked.status):
        return Listing(asked.status, limit, cursor, None, asked.status, 1)
    search = understood(asked)
    return Listing(asked.status, limit, cursor, search, repr(search), 1 if search.sort is Sort.NEWEST else 2)


def _moment(text: str) -> datetime:
    """Return the time with its zone; ``Invalid`` for any other text, a number too, which msgspec would take."""
    try:
        found = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid("time_invalid", "This is not a time with its zone: 2027-01-31T12:00:00Z.", "posted_since")
    return found


_read_once = lru_cache(1_000)(_read)
