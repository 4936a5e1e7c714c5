"""``bench growth``: what a thousand times as many jobs cost a page, a search and a new job."""

from __future__ import annotations

import random
from collections.abc import Iterator

import click

from bench import options
from bench.figures import paired_ratios
from bench.growth.sizes import figures_of_sizes, name_of, table
from bench.load.jobs import WORDS
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.ours import alone, listed, seed_people
from bench.report import Found
from bench.requests import Maker, Requests, first_page, pages, posts
from bench.rounds import Rounds
from bench.seed.bulk import fill, opened
from bench.seed.rows import Row, Size, jobs
from bench.seed.terms import fill_terms
from bench.suite import Run, suite
from bench.targets import Target
from domain.marketplace.jobs.tables import job

_CENTRES = ((52.52, 13.405), (45.764, 4.835), (41.158, -8.629), (54.352, 18.646),
            (44.494, 11.342), (55.605, 13.003), (47.071, 15.439), (51.054, 3.725))  # fmt: skip
"""The places of the cities of ``rows.jobs``, in their order."""
_SCATTER = 0.15  # degrees: a city and its suburbs
_ASKED = 5_000


def targets(sizes: list[int]) -> tuple[Target, ...]:
    """Compare the largest size with the smallest, and searches with a first page of the same size."""
    most, least = sizes[-1], sizes[0]
    return (
        *(Target(f"{route}: {most:,} ÷ {least:,} jobs", at_least=0.85) for route in ("first page", "deep page")),
        Target(f"post: {most:,} ÷ {least:,} jobs", at_least=0.8),
        *(Target(f"search: p99 ÷ first page's, {jobs:,} jobs", at_most=10, unit=" ×") for jobs in sizes[1:]),
    )


@suite(
    "growth",
    options.sizes("--jobs", "jobs"),
    *(options.rounds(), options.seconds(2), options.connections(), options.SEED),
)
def command(run: Run, jobs: list[int]) -> Found:
    """Measure the cost of more jobs: a first page, deep pages, searches by words and radius, POST /jobs.

    The first page is asked for over and over, and is kept between commits; deep pages begin anywhere, so that each of
    them is read. One web process a size, all of them up, interleaved rounds. A million jobs take some minutes to seed.
    """
    grown = []
    for count in jobs:
        click.echo(f"seeding {count:,} jobs")
        where, name = run.folder / str(count), name_of(count, "jobs")
        grown.append(alone(run.stack, where, Size(count, 0), name, makers=ROUTES, seeded=seed))
    done = run.measure(grown, tuple(ROUTES))
    return Found(figures_of(done, jobs), targets(jobs), [table(done, tuple(ROUTES), jobs, "jobs")], done)


def figures_of(done: Rounds, sizes: list[int]) -> dict[str, float]:
    figures = figures_of_sizes(done, tuple(ROUTES), sizes, "jobs")
    for name in (name_of(size, "jobs") for size in sizes):
        tails = (done.values(name, route, "p99 ms") for route in ("search", "first page"))
        figures[f"search: p99 ÷ first page's, {name}"] = paired_ratios(*tails).median
    return figures


def seed(url: str, size: Size) -> None:
    """Jobs with places on the globe and the words that they are found by, into a migrated database of nobody else."""
    with opened(url) as connection:
        seed_people(connection, size)
        fill(connection, job, placed(size))
        fill_terms(connection, placed(size))


def placed(size: Size) -> Iterator[Row]:
    """The rows of jobs, each somewhere in or around its city; the same every time."""
    chance = random.Random(1)
    for n, row in enumerate(jobs(size)):
        latitude, longitude = (
            round(centre + chance.uniform(-_SCATTER, _SCATTER), 3) for centre in _CENTRES[n % len(_CENTRES)]
        )
        yield listed(row) | {"latitude": latitude, "longitude": longitude}


def _searches(of: Requests, name: str, _numbers: range) -> RequestList:
    """Words within a circle around somebody: what a worker looks for."""
    chance = random.Random(3)
    people = list(placed(Size(400, 0)))

    def lines() -> Iterator[tuple[str]]:
        for _ in range(_ASKED):
            here, words = chance.choice(people), chance.choice(WORDS).replace(" ", "+")
            place = f"latitude={here['latitude']}&longitude={here['longitude']}"
            yield (f"q={words}&{place}&radius_km={chance.choice((2, 5, 10, 25))}",)

    return write_list(of.folder, name, head("GET", f"/jobs?{PIECE}"), lines(), again=True)


ROUTES: dict[str, Maker] = {"first page": first_page, "deep page": pages, "search": _searches, "post": posts}
