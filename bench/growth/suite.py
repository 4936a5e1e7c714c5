"""The command: servers of three sizes side by side, everything in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.databases import Files
from bench.figures import paired_ratios, spread
from bench.growth.requests import ROUTES, requests
from bench.growth.seed import seed
from bench.load.drive import drive
from bench.load.result import LoadResult
from bench.options import sizes as sizes_of
from bench.ours import ours
from bench.rounds import Round, check_valid, measure, p99s, rates
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import Exit, Target

_POSTS_AT_MOST = 6_000  # a second


@dataclass(slots=True)
class Grown:
    """A running server with so many jobs, and how many were posted to it since."""

    jobs: int
    contender: Contender
    posted: int = 0

    @property
    def name(self) -> str:
        return name_of(self.jobs)

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        world = self.contender.world
        asked = requests(
            route,
            world.folder / "lists",
            world.size,
            world.jwt_secret,
            first=self.posted,
            most=_POSTS_AT_MOST * seconds,
        )
        result = drive(self.contender.port, asked, connections=connections, seconds=seconds)
        if route == "post":
            self.posted += result.requests + connections + 1
        return result


def name_of(jobs: int) -> str:
    return f"{jobs:,} jobs"


def targets(sizes: Sequence[int]) -> tuple[Target, ...]:
    """Compare the largest size with the smallest, and searches with a first page of the same size."""
    most, least = max(sizes), min(sizes)
    return (
        *(Target(f"{route}: {most:,} ÷ {least:,} jobs", at_least=0.85) for route in ("first page", "deep page")),
        Target(f"post: {most:,} ÷ {least:,} jobs", at_least=0.8),
        *(Target(f"search: p99 ÷ first page's, {jobs:,} jobs", at_most=10, unit=" ×") for jobs in sizes[1:]),
    )


@click.command(name="growth")
@sizes_of("--jobs", "1000,100000,1000000", "jobs")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=2, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight.")
@click.option("--seed", "chosen", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(jobs: list[int], rounds: int, seconds: int, connections: int, chosen: int, into: Path) -> Exit:
    """Measure the cost of more jobs: a first page, deep pages, searches by words and radius, POST /jobs.

    The first page is asked for over and over, and is kept between commits; deep pages begin anywhere, so that each of
    them is read. One web process a size, all of them up, interleaved rounds. A million jobs take some minutes to seed.
    """
    record = report.begin("growth", into)
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder, ExitStack() as stack:
        grown = [stack.enter_context(_grown(Path(folder) / str(count), count)) for count in jobs]
        done = measure(
            grown, ROUTES, rounds=rounds, seconds=seconds, connections=connections, seed=chosen, say=click.echo
        )
    check_valid(done, strict=[name_of(count) for count in jobs])
    figures = figures_of(done, jobs)
    return record.end(
        figures,
        targets(jobs),
        [_table(done, jobs)],
        options={"jobs": jobs, "rounds": rounds, "seconds": seconds, "connections": connections, "seed": chosen},
        rounds=done,
    )


@contextmanager
def _grown(folder: Path, count: int) -> Iterator[Grown]:
    click.echo(f"seeding {count:,} jobs")
    folder.mkdir()
    world = World(folder, Size(count, 0), Files(folder))
    with broker(folder) as broker_url, ours(world, broker_url, seeded=lambda url, size: seed(url, size.jobs)) as it:
        yield Grown(count, it)


def figures_of(done: Sequence[Round], sizes: Sequence[int]) -> dict[str, float]:
    figures: dict[str, float] = {}
    least = name_of(sizes[0])
    for route in ROUTES:
        for name in map(name_of, sizes):
            figures[f"{route}: {name} requests/s"] = spread(rates(done, name, route)).median
            figures[f"{route}: {name} p99 ms"] = spread(p99s(done, name, route)).median
            if name != least:
                grown = paired_ratios(rates(done, name, route), rates(done, least, route))
                figures[f"{route}: {name.removesuffix(' jobs')} ÷ {least}"] = grown.median
    for name in map(name_of, sizes):
        slower = paired_ratios(p99s(done, name, "search"), p99s(done, name, "first page"))
        figures[f"search: p99 ÷ first page's, {name}"] = slower.median
    return figures


def _table(done: Sequence[Round], sizes: Sequence[int]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    least = name_of(sizes[0])
    for column in ("route", "jobs", "requests/s", f"÷ {least}", "p99 ms"):
        table.add_column(column, justify="left" if column == "route" else "right")
    for route in ROUTES:
        for jobs in sizes:
            rate, slowest = rates(done, name_of(jobs), route), p99s(done, name_of(jobs), route)
            ratio = paired_ratios(rate, rates(done, least, route))
            table.add_row(route, f"{jobs:,}", str(spread(rate)), str(ratio), str(spread(slowest)))
        table.add_section()
    return table
