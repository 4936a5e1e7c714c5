"""Find jobs: first their ids, from indexes alone, then the fields of that page only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, cast, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from domain.database import IN_ONE_STEP, PLANNED_FOR_ITS_VALUES, Connection
from domain.marketplace.jobs.index import has_terms, job_terms
from domain.marketplace.jobs.place import BEHIND_ALL, place_of
from domain.marketplace.jobs.query import Search, Sort
from domain.marketplace.jobs.read import Found, by_ids
from domain.marketplace.jobs.tables import job
from domain.marketplace.jobs.terms import as_query, terms_wanted
from domain.schema import Instant, Real

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_FINE = 10**15  # steps of a haversine: about six per metre at the distances of a search, and the globe fits a BIGINT
_RINGS = (16, 4, 1)
"""Divisors of the radius: a search for the nearest jobs tries a part of it first, which suffices in a city."""


def _haversine() -> ColumnElement[float]:
    """Return the square of the sine of half the angle between a job and the bound ``latitude`` and ``longitude``.

    The value grows with the distance, which suffices to sort and to compare.
    """
    latitude, longitude = bindparam("latitude", type_=Real()), bindparam("longitude", type_=Real())
    north = func.sin(func.radians(job.c.latitude - latitude) / 2)
    east = func.sin(func.radians(job.c.longitude - longitude) / 2)
    return north * north + func.cos(func.radians(latitude)) * func.cos(func.radians(job.c.latitude)) * east * east


def _statement(sort: Sort, *, near: bool) -> Select[Any]:
    haversine = _haversine()
    position = {
        Sort.NEWEST: (job_terms.c.rowid,),
        Sort.BUDGET_UP: (job.c.budget_minor, job_terms.c.rowid),
        Sort.BUDGET_DOWN: (job.c.budget_minor, job_terms.c.rowid),
        Sort.NEAREST: (cast(haversine * _FINE, BigInteger), job_terms.c.rowid),
    }[sort]
    found = (
        select(job.c.id, *position)
        .select_from(job_terms, job)
        .where(
            has_terms("wanted"),
            job_terms.c.rowid >= place_of("since"),
            job.c.place == job_terms.c.rowid,
            job.c.posted_at >= bindparam("since", type_=Instant()),
            job.c.budget_minor.between(bindparam("least"), bindparam("most")),
        )
    )
    if near:
        found = found.where(haversine <= bindparam("within", type_=Real()))
    return _in_order(found, sort, position).execution_options(**PLANNED_FOR_ITS_VALUES, **IN_ONE_STEP)


def _in_order(found: Select[Any], sort: Sort, position: tuple[Any, ...]) -> Select[Any]:
    """Return the statement in order, from behind the position bound as ``after_0``, ``after_1``, with a limit."""
    after = [bindparam(f"after_{n}", type_=BigInteger()) for n in range(len(position))]
    if sort in (Sort.NEWEST, Sort.BUDGET_DOWN):
        found = found.where(tuple_(*position) < tuple_(*after) if len(after) > 1 else position[0] < after[0])
        return found.order_by(*(part.desc() for part in position)).limit(bindparam("count"))
    return found.where(tuple_(*position) > tuple_(*after)).order_by(*position).limit(bindparam("count"))


def _budgets(sort: Sort) -> Select[Any]:
    """Return the statement for jobs of a status and a currency, in the order of ``ix_job_budget``."""
    found = select(job.c.id, job.c.budget_minor, job.c.place).where(
        job.c.status == bindparam("of_status"),
        job.c.currency == bindparam("in_currency"),
        job.c.budget_minor.between(bindparam("least"), bindparam("most")),
    )
    return _in_order(found, sort, (job.c.budget_minor, job.c.place)).execution_options(**IN_ONE_STEP)


# The frequency of the terms decides which of two query plans is faster, by up to a hundred times.
_near = {sort: _statement(sort, near=True) for sort in Sort}
_anywhere: dict[Sort, Select[Any]] = {sort: _statement(sort, near=False) for sort in Sort if sort is not Sort.NEAREST}
_by_budget = {sort: _budgets(sort) for sort in (Sort.BUDGET_UP, Sort.BUDGET_DOWN)}
_FIRST: dict[Sort, tuple[int, ...]] = {
    Sort.NEWEST: (BEHIND_ALL,),
    Sort.BUDGET_UP: (-1, 0),
    Sort.BUDGET_DOWN: (BEHIND_ALL, 0),
    Sort.NEAREST: (-1, 0),
}


def search(connection: Connection, wanted: Search, *, after: tuple[int, ...] | None, most: int) -> Found:
    """Return the first ``most`` jobs behind the position ``after``."""
    rows = _rows(connection, wanted, after or _FIRST[wanted.sort], most + 1)
    shown = rows[:most]
    return Found(by_ids(connection, [row[0] for row in shown]), tuple(shown[-1][1:]) if len(rows) > most else None)


def _rows(connection: Connection, wanted: Search, after: tuple[int, ...], count: int) -> list[tuple[Any, ...]]:
    """Return at most ``count`` rows: the id of a job, then the parts of its position."""
    position = {f"after_{n}": number for n, number in enumerate(after)}
    common: dict[str, Any] = {"least": wanted.budget_least, "most": wanted.budget_most, "count": count, **position}
    if wanted.is_about_budgets_alone():
        statement = _by_budget[wanted.sort]
        return connection.run(statement, of_status=wanted.status, in_currency=wanted.currency, **common).all()
    common["since"] = wanted.since or ALWAYS
    if wanted.near is None:
        query = as_query(terms_wanted(wanted), connection.dialect)
        return connection.run(_anywhere[wanted.sort], wanted=query, **common).all()
    for part in _RINGS if wanted.sort is Sort.NEAREST else (1,):
        ring = wanted.near._replace(radius_km=wanted.near.radius_km / part)
        if part > 1 and ring.haversine * _FINE <= after[0]:
            continue
        query = as_query(terms_wanted(msgspec.structs.replace(wanted, near=ring)), connection.dialect)
        here = {"latitude": ring.latitude, "longitude": ring.longitude, "within": ring.haversine}
        rows = connection.run(_near[wanted.sort], wanted=query, **here, **common).all()
        if len(rows) >= count:
            break
    return rows
