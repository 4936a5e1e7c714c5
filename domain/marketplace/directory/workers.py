"""Find workers: first their ids, from terms and indexes, then the public profiles of that page only."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, cast, func, literal_column, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from domain.currencies import MAXIMUM_MINOR
from domain.database import Connection
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.cells import Near, covering
from domain.marketplace.profiles.read import PublicWorker, workers
from domain.marketplace.profiles.tables import profile, worker_term
from domain.marketplace.profiles.terms import GRID_STEPS, city_term, skill_term
from domain.marketplace.ratings.tables import rating
from domain.schema import Real, one_of

_FINE = 10**15  # steps of a haversine: about six per metre
_MOST = 2**62
Position = tuple[int, str]
"""The value by which the list is sorted, and the account's id."""


class WorkerSort(StrEnum):
    RATING = "rating"
    """The best average first."""
    RATE = "rate"
    """The lowest rate first."""
    NEAREST = "nearest"
    NEWEST = "newest"


class WorkerSearch(msgspec.Struct, frozen=True):
    """A search for workers who meet every condition.  ``rate_most`` is a price per hour in minor units of ``currency``;
    ``rating_least`` is an average in hundredths of a star."""

    words: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    city: str | None = None
    near: Near | None = None
    currency: str | None = None
    rate_most: int = MAXIMUM_MINOR
    rating_least: int = 0
    sort: WorkerSort = WorkerSort.RATING


class FoundWorkers(msgspec.Struct, frozen=True):
    """A page of workers, and the position of its last worker if more follow."""

    items: list[PublicWorker]
    more_after: Position | None


_DESCENDING = (WorkerSort.RATING, WorkerSort.NEWEST)
_ACTIVE: ColumnElement[str] = literal_column(f"'{AccountStatus.ACTIVE.value}'")
_WORKER: ColumnElement[str] = literal_column(f"'{Role.WORKER.value}'")
_matching = (
    select(worker_term.c.account_id)
    .where(one_of(worker_term.c.term, "terms"))
    .group_by(worker_term.c.account_id)
    .having(func.count() == bindparam("how_many"))
)


def find(connection: Connection, wanted: WorkerSearch, *, after: Position | None, most: int) -> FoundWorkers:
    """Return the first ``most`` workers behind the position ``after``, without suspended and deactivated accounts."""
    terms = [*wanted.words, *map(skill_term, wanted.skills), *([city_term(wanted.city)] if wanted.city else [])]
    asked: dict[str, Any] = {"count": most + 1}
    if terms or wanted.near:
        # The squares that cover the circle have one size, and a place lies in one of them: they count as one term.
        asked["how_many"] = len(set(terms)) + (wanted.near is not None)
        asked["terms"] = [*dict.fromkeys(terms), *(covering(wanted.near) if wanted.near else ())]
    if wanted.near:
        asked |= {"latitude": wanted.near.latitude, "longitude": wanted.near.longitude, "within": wanted.near.haversine}
    if wanted.currency:
        asked |= {"in_currency": wanted.currency, "rate_most": wanted.rate_most}
    if wanted.rating_least:
        asked["rating_least"] = wanted.rating_least
    value, asked["after_id"] = after or ((_MOST, "~") if wanted.sort in _DESCENDING else (-1, ""))
    if wanted.sort is not WorkerSort.NEWEST:
        asked["after_value"] = value
    rows = connection.run(_statement(wanted.sort, frozenset(asked)), **asked).all()
    shown = rows[:most]
    more_after = (shown[-1][1], shown[-1][0]) if len(rows) > most else None
    return FoundWorkers(workers(connection, [row[0] for row in shown]), more_after)


@cache
def _statement(sort: WorkerSort, asked: frozenset[str]) -> Select[Any]:
    """Return the statement for a sort order and the bound parameters ``asked``.

    The statement has only the conditions that the search names, because others would mislead the query planner.
    """
    haversine = _haversine()
    value: ColumnElement[Any] = {
        WorkerSort.RATING: rating.c.score,
        WorkerSort.RATE: profile.c.rate_minor,
        WorkerSort.NEAREST: cast(haversine * _FINE, BigInteger),
        WorkerSort.NEWEST: literal_column("0", BigInteger),
    }[sort]
    owner = rating.c.account_id if sort is WorkerSort.RATING else profile.c.account_id
    found = (
        select(owner, value)
        .select_from(rating)
        .join(profile, profile.c.account_id == rating.c.account_id)
        .join(account, account.c.id == profile.c.account_id)
        .where(account.c.role == _WORKER, account.c.status == _ACTIVE)
        .limit(bindparam("count"))
    )
    if "rating_least" in asked:
        found = found.where(rating.c.score >= bindparam("rating_least"))
    if "terms" in asked:
        found = found.where(owner.in_(_matching))
    if "within" in asked:
        found = found.where(haversine <= bindparam("within", type_=Real()))
    if "in_currency" in asked:
        priced = (profile.c.currency == bindparam("in_currency"), profile.c.rate_minor <= bindparam("rate_most"))
        found = found.where(*priced)
    after: tuple[Any, ...] = (bindparam("after_value", type_=BigInteger()), bindparam("after_id"))
    if sort is WorkerSort.NEWEST:
        return found.where(owner < after[1]).order_by(owner.desc())
    if sort is WorkerSort.RATING:
        return found.where(tuple_(value, owner) < tuple_(*after)).order_by(value.desc(), owner.desc())
    return found.where(tuple_(value, owner) > tuple_(*after)).order_by(value, owner)


def _haversine() -> ColumnElement[float]:
    """Return the square of the sine of half the angle between a worker's point on the grid and the bound
    ``latitude`` and ``longitude``."""
    worker_latitude, worker_longitude = _on_grid(profile.c.latitude), _on_grid(profile.c.longitude)
    latitude, longitude = bindparam("latitude", type_=Real()), bindparam("longitude", type_=Real())
    north = func.sin(func.radians(worker_latitude - latitude) / 2)
    east = func.sin(func.radians(worker_longitude - longitude) / 2)
    return north * north + func.cos(func.radians(latitude)) * func.cos(func.radians(worker_latitude)) * east * east


def _on_grid(coordinate: ColumnElement[float]) -> ColumnElement[float]:
    """Return the SQL of :func:`domain.marketplace.profiles.terms.on_grid`.

    Rounding functions differ between the databases; ``floor`` does not.
    """
    steps = literal_column(f"{GRID_STEPS}.0", Real())
    return func.floor(coordinate * steps + literal_column("0.5", Real()), type_=Real()) / steps
