"""Many jobs in our own file, with places on the globe and the words that they are found by."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.ours import listed, seed_people
from bench.seed.bulk import fill, opened
from bench.seed.rows import Row, Size, jobs
from bench.seed.terms import fill_terms
from domain.marketplace.jobs.tables import job

_CENTRES = ((52.52, 13.405), (45.764, 4.835), (41.158, -8.629), (54.352, 18.646),
            (44.494, 11.342), (55.605, 13.003), (47.071, 15.439), (51.054, 3.725))  # fmt: skip
"""The places of the cities of ``rows.jobs``, in their order."""
_SCATTER = 0.15  # degrees: a city and its suburbs


def seed(url: str, count: int) -> None:
    """Into a migrated database that nobody else has open."""
    size = Size(count, 0)
    with opened(url) as connection:
        seed_people(connection, size)
        fill(connection, job, placed(size))
        fill_terms(connection, placed(size))


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
