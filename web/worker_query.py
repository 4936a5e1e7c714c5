"""The query of ``GET /workers``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.currencies import MAXIMUM_MINOR, currency
from domain.errors import Invalid
from domain.marketplace.directory.workers import Position, WorkerSearch, WorkerSort
from domain.marketplace.jobs.categories import check_category
from domain.marketplace.jobs.query import WIDEST_KM, circle, words_asked
from web.bodies import CurrencyCode
from web.paging import DEFAULT_LIMIT, cursor_to, position_of
from web.queries import Cursor, Items, Latitude, Longitude, Place, Queried, decode_query, given_by

_WORDS = "Words of the name or the bio: all. The end of a very long bio is not searched."
_RADIUS = "Around that point. Workers are placed on a grid of 0.05 degrees, so that nobody finds their homes."
_RATE = "The highest price of an hour, in minor units of `currency`, which is usd unless you say so."


class WorkerQuery(msgspec.Struct, frozen=True):
    skills: (
        Annotated[str, Meta(max_length=400, description="Categories, all of them: plumbing,painting.")] | UnsetType
    ) = UNSET
    q: Annotated[str, Meta(max_length=200, description=_WORDS)] | UnsetType = UNSET
    city: Place | UnsetType = UNSET
    latitude: Latitude | UnsetType = UNSET
    longitude: Longitude | UnsetType = UNSET
    radius_km: Annotated[float, Meta(gt=0, le=WIDEST_KM, description=_RADIUS)] | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    rate_max: Annotated[int, Meta(ge=1, le=2**53, description=_RATE)] | UnsetType = UNSET
    rating_min: Annotated[float, Meta(ge=1, le=5, description="The lowest average.")] | UnsetType = UNSET
    sort: WorkerSort = WorkerSort.RATING
    limit: Items = DEFAULT_LIMIT
    cursor: Cursor | UnsetType = UNSET


@dataclass
class WorkersQueried(Queried):
    query: ClassVar[type[msgspec.Struct]] = WorkerQuery


class WorkerListing(msgspec.Struct, frozen=True):
    """A query.  ``name``: the query in full, to which its cursors belong."""

    search: WorkerSearch
    limit: int
    after: Position | None
    name: str


def worker_listing(query: bytes) -> WorkerListing:
    """Return the query string as a listing; ``Invalid`` or ``ValidationException`` names what is wrong with it."""
    found = decode_query(query, WorkerQuery)
    given: dict[str, Any] = given_by(found)
    near = circle(given.get("latitude"), given.get("longitude"), given.get("radius_km"))
    if found.sort is WorkerSort.NEAREST and near is None:
        raise Invalid("sort_needs_place", "Sorting by nearest needs latitude, longitude and radius_km.", "sort")
    money = given.get("currency") or ("usd" if "rate_max" in given or found.sort is WorkerSort.RATE else None)
    search = WorkerSearch(
        words=words_asked(given.get("q")),
        skills=tuple(check_category(skill, "skills") for skill in given.get("skills", "").split(",") if skill),
        city=given.get("city"),
        near=near,
        currency=currency(money).code if money else None,
        rate_most=min(given.get("rate_max", MAXIMUM_MINOR), MAXIMUM_MINOR),
        rating_least=round(given.get("rating_min", 0) * 100),
        sort=found.sort,
    )
    name = f"workers {search!r}"
    after = _position(given["cursor"], name) if "cursor" in given else None
    return WorkerListing(search, found.limit, after, name)


def cursor_behind(position: Position, name: str) -> str:
    """Return the cursor behind ``position``: its numbers are the value, and the account's id in two halves."""
    value, account_id = position
    return cursor_to((value, int(account_id[4:17], 16), int(account_id[17:], 16)), name)


def _position(cursor: str, name: str) -> Position:
    value, first, second = position_of(cursor, name, 3)
    return value, f"acc_{first:013x}{second:012x}"
