"""The command: servers of three sizes side by side, everything in turn."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.figures import Spread, paired_ratios, spread
from bench.growth.requests import ROUTES, requests
from bench.growth.seed import seed
from bench.load.drive import drive
from bench.load.result import LoadResult
from bench.ours import ours
from bench.report import Report
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import CouldNotRun, Exit, Target, exit_code, judge

_POSTS_AT_MOST = 6_000  # a second


class Measured(msgspec.Struct, frozen=True):
    """One route of one size in one round."""

    n: int
    jobs: int
    route: str
    result: LoadResult


@dataclass(slots=True)
class Grown:
    """A running server with so many jobs, and how many were posted to it since."""

    jobs: int
    contender: Contender
    posted: int = 0

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
        if result.bad or result.exhausted:
            raise CouldNotRun(f"{route} of {self.jobs:,} jobs: {result}")
        return result


def targets(sizes: Sequence[int]) -> tuple[Target, ...]:
    """Of the largest size against the smallest; searches against a first page of the same size."""
    most, least = max(sizes), min(sizes)
    return (
        *(Target(f"{route}: {most:,} ÷ {least:,} jobs", at_least=0.85) for route in ("first page", "deep page")),
        Target(f"post: {most:,} ÷ {least:,} jobs", at_least=0.8),
        *(Target(f"search: p99 ÷ first page's, {jobs:,} jobs", at_most=10, unit=" ×") for jobs in sizes[1:]),
    )


def _sizes(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
    try:
        sizes = sorted({int(part) for part in value.split(",")})
    except ValueError:
        raise click.BadParameter("numbers with commas between them") from None
    if len(sizes) < 2 or sizes[0] < 500:
        raise click.BadParameter("two sizes or more, of 500 jobs or more")
    return sizes


@click.command(name="growth")
@click.option("--jobs", default="1000,100000,1000000", show_default=True, callback=_sizes, help="Sizes to compare.")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=2, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight.")
@click.option("--seed", "chosen", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(jobs: list[int], rounds: int, seconds: int, connections: int, chosen: int, into: Path) -> Exit:
    """What more jobs cost: a first page, deep pages, searches by words and radius, POST /jobs.

    The first page is asked for over and over, and is kept between commits; deep pages begin anywhere, so that each of
    them is read. One web process a size, all of them up, interleaved rounds. A million jobs take some minutes to seed.
    """
    machine = report.this_machine()
    before = report.last("growth", folder=into)
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder, ExitStack() as stack:
        grown = [stack.enter_context(_grown(Path(folder) / str(count), count)) for count in jobs]
        done = _measure(grown, rounds=rounds, seconds=seconds, connections=connections, chosen=chosen)
    figures = figures_of(done, jobs)
    verdicts = judge(targets(jobs), figures)
    made = Report(
        suite="growth",
        at=report.now(),
        machine=machine,
        options={"jobs": jobs, "rounds": rounds, "seconds": seconds, "connections": connections, "seed": chosen},
        figures=figures,
        verdicts=verdicts,
        rounds=done,
        notes=[] if rounds >= 5 else ["fewer than 5 rounds: a try, not a result"],
    )
    report.publish(made, [_table(done, jobs)], folder=into, before=before)
    return exit_code(verdicts)


@contextmanager
def _grown(folder: Path, count: int) -> Iterator[Grown]:
    click.echo(f"seeding {count:,} jobs")
    folder.mkdir()
    world = World(folder, Size(count, 0))
    with broker(folder) as broker_url, ours(world, broker_url, seeded=lambda path, size: seed(path, size.jobs)) as it:
        yield Grown(count, it)


def _measure(grown: Sequence[Grown], *, rounds: int, seconds: int, connections: int, chosen: int) -> list[Measured]:
    order = random.Random(chosen)
    for each in grown:
        for route in ROUTES:
            each.load(route, connections=connections, seconds=1)
    done: list[Measured] = []
    for n in range(1, rounds + 1):
        for route in ROUTES:
            for each in order.sample(grown, len(grown)):
                result = each.load(route, connections=connections, seconds=seconds)
                done.append(Measured(n, each.jobs, route, result))
                click.echo(
                    f"round {n}: {route} of {each.jobs:,} {result.per_second:,.0f}/s, p99 {result.p99_ms:,.1f} ms"
                )
    return done


def figures_of(done: Sequence[Measured], sizes: Sequence[int]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for route in ROUTES:
        for jobs in sizes:
            figures[f"{route}: {jobs:,} jobs requests/s"] = _rate(done, route, jobs).median
            figures[f"{route}: {jobs:,} jobs p99 ms"] = spread(_p99s(done, route, jobs)).median
            if jobs != sizes[0]:
                grown = paired_ratios(_rates(done, route, jobs), _rates(done, route, sizes[0]))
                figures[f"{route}: {jobs:,} ÷ {sizes[0]:,} jobs"] = grown.median
    for jobs in sizes:
        slower = paired_ratios(_p99s(done, "search", jobs), _p99s(done, "first page", jobs))
        figures[f"search: p99 ÷ first page's, {jobs:,} jobs"] = slower.median
    return figures


def _of(done: Sequence[Measured], route: str, jobs: int) -> list[LoadResult]:
    return [m.result for m in done if (m.route, m.jobs) == (route, jobs)]


def _rates(done: Sequence[Measured], route: str, jobs: int) -> list[float]:
    return [result.per_second for result in _of(done, route, jobs)]


def _rate(done: Sequence[Measured], route: str, jobs: int) -> Spread:
    return spread(_rates(done, route, jobs))


def _p99s(done: Sequence[Measured], route: str, jobs: int) -> list[float]:
    return [result.p99_ms for result in _of(done, route, jobs)]


def _table(done: Sequence[Measured], sizes: Sequence[int]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in ("route", "jobs", "requests/s", f"÷ {sizes[0]:,} jobs", "p99 ms"):
        table.add_column(column, justify="left" if column == "route" else "right")
    for route in ROUTES:
        for jobs in sizes:
            ratio = paired_ratios(_rates(done, route, jobs), _rates(done, route, sizes[0]))
            table.add_row(
                route, f"{jobs:,}", str(_rate(done, route, jobs)), str(ratio), str(spread(_p99s(done, route, jobs)))
            )
        table.add_section()
    return table
