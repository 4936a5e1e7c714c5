"""Many jobs in our own file, with places on the globe and the words that they are found by."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, text

from bench.ours import listed, seed_people
from bench.seed.bulk import fill, opened
from bench.seed.rows import Row, Size, jobs
from domain.jobs.read import FullJob
from domain.jobs.tables import job
from domain.jobs.terms import terms_of

_CENTRES = ((52.52, 13.405), (45.764, 4.835), (41.158, -8.629), (54.352, 18.646),
            (44.494, 11.342), (55.605, 13.003), (47.071, 15.439), (51.054, 3.725))  # fmt: skip
"""Of the cities of ``rows.jobs``, in their order."""
_SCATTER = 0.15  # degrees: a city and its suburbs
_NOT_YET: Row = {"wanted_from": None, "wanted_until": None, "open_days": 30, "version": 1, "expires_at": None}
_ADD_TERMS = text("INSERT INTO job_terms (rowid, terms) VALUES (:place, :terms)")
_OPTIMIZE = text("INSERT INTO job_terms (job_terms) VALUES ('optimize')")
_CHUNK = 10_000


def seed(url: str, count: int) -> None:
    """Into a migrated database that nobody else has open."""
    size = Size(count, 0)
    with opened(url) as connection:
        seed_people(connection, size)
        fill(connection, job, placed(size))
        _index(connection, placed(size))


def placed(size: Size) -> Iterator[Row]:
    """The rows of jobs, each somewhere in or around its city; the same every time."""
    chance = random.Random(1)
    for n, row in enumerate(jobs(size)):
        latitude, longitude = _CENTRES[n % len(_CENTRES)]
        here = {
            "latitude": round(latitude + chance.uniform(-_SCATTER, _SCATTER), 3),
            "longitude": round(longitude + chance.uniform(-_SCATTER, _SCATTER), 3),
        }
        yield listed(row) | here


def _index(connection: Connection, rows: Iterator[Row]) -> None:
    """As it is between two of FTS5's large merges.

    A bulk leaves segments that FTS5 merges, a few pages with every insert, in the course of the next thousands of
    posts.
    """
    while chunk := list(itertools.islice(rows, _CHUNK)):
        connection.execute(_ADD_TERMS, [{"place": row["place"], "terms": _terms(row)} for row in chunk])
    connection.execute(_OPTIMIZE)


def _terms(row: Row) -> str:
    known = {name: value for name, value in row.items() if name != "place"}
    return " ".join(terms_of(msgspec.convert(_NOT_YET | known, FullJob)))
