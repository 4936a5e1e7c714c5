"""``bench connections``: one client alone, sixteen, and sixty-four at once."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.contenders import ROUTES, Contender, World
from bench.databases import KINDS, databases
from bench.figures import paired_ratios, spread
from bench.load.result import LoadResult
from bench.options import only as only_of
from bench.rounds import Round, check_valid, measure, p99s, rates
from bench.seed.rows import Size
from bench.targets import Exit, Target
from bench.web import EVERYBODY, start

AT_ONCE = (1, 16, 64)
ALONE, MANY = AT_ONCE[0], AT_ONCE[-1]
TARGETS = (
    *(Target(f"{route}: ours, p50 ms, {ALONE} connection", at_most=2) for route in ROUTES),
    *(Target(f"{route}: ours, {MANY} ÷ 16 connections", at_least=0.9) for route in ROUTES),
    *(
        Target(f"{route}: ours ÷ naive, {MANY} connections", at_least=least, unit=" ×")
        for route, least in zip(ROUTES, (9, 10, 10), strict=True)
    ),
)
"""A request alone answers in about a millisecond and the disk's own sync; a crowd is not served slower."""
_OURS_AT_MOST = 5_000  # payments a second


@dataclass(frozen=True, slots=True)
class AtOnce:
    """One of those who are measured, asked by so many at once, whatever the round says."""

    connections: int
    contender: Contender

    @property
    def name(self) -> str:
        return name_of(self.contender.name, self.connections)

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:  # noqa: ARG002 - as a round calls it
        return self.contender.load(route, connections=self.connections, seconds=seconds)


def name_of(contender: str, connections: int) -> str:
    return f"{contender} at {connections}"


@click.command(name="connections")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=2, show_default=True, help="Length of one measurement.")
@click.option("--jobs", default=100_000, show_default=True, help="Jobs in everybody's database.")
@only_of(EVERYBODY)
@click.option("--database", type=click.Choice(KINDS), default="sqlite", show_default=True, help="Everybody's.")
@click.option("--seed", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(rounds: int, seconds: int, jobs: int, only: list[str], database: str, seed: int, into: Path) -> Exit:
    """The cached page, payments and webhooks of `bench web`, by one client alone, by 16 and by 64 at once, interleaved.

    Alone, a write waits for its own sync of the disk; at once, many share one.
    """
    suite = "connections" if database == "sqlite" else f"connections-{database}"
    record = report.begin(suite, into)
    size = Size(jobs, len(AT_ONCE) * rounds * seconds * _OURS_AT_MOST + 20_000)
    with tempfile.TemporaryDirectory(prefix="bench-connections-") as folder, ExitStack() as stack:
        world = World(Path(folder), size, stack.enter_context(databases(database, Path(folder))))
        everybody = [AtOnce(count, each) for each in start(stack, world, only) for count in AT_ONCE]
        done = measure(everybody, rounds=rounds, seconds=seconds, connections=0, seed=seed, say=click.echo)
    check_valid(done, strict=[each.name for each in everybody if each.contender.name in ("ours", "floor")])
    figures = figures_of(done, only)
    return record.end(
        figures,
        [t for t in TARGETS if all(name in only for name in EVERYBODY if name in t.figure)],
        [_table(done, only)],
        options={"rounds": rounds, "seconds": seconds, "jobs": jobs, "only": only, "seed": seed},
        rounds=done,
    )


def figures_of(done: Sequence[Round], names: Sequence[str]) -> dict[str, float]:
    """Rates and times of everybody at each number; ours against the others, and against ours at 16."""
    figures: dict[str, float] = {}
    for route in ROUTES:
        for count in AT_ONCE:
            connections = "1 connection" if count == 1 else f"{count} connections"
            for name in names:
                mine = name_of(name, count)
                figures[f"{route}: {name} requests/s, {connections}"] = spread(rates(done, mine, route)).median
                figures[f"{route}: {name}, p50 ms, {connections}"] = spread(_p50s(done, mine, route)).median
                figures[f"{route}: {name}, p99 ms, {connections}"] = spread(p99s(done, mine, route)).median
                if "ours" in names and name != "ours":
                    ratio = paired_ratios(rates(done, name_of("ours", count), route), rates(done, mine, route))
                    figures[f"{route}: ours ÷ {name}, {connections}"] = ratio.median
        if "ours" in names:
            most, middle = (rates(done, name_of("ours", count), route) for count in (MANY, 16))
            figures[f"{route}: ours, {MANY} ÷ 16 connections"] = paired_ratios(most, middle).median
    return figures


def _p50s(done: Sequence[Round], name: str, route: str) -> list[float]:
    return [r.result.p50_ms for r in done if (r.contender, r.route) == (name, route)]


def _table(done: Sequence[Round], names: Sequence[str]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in ("route", "", "connections", "requests/s", "p50 ms", "p99 ms"):
        table.add_column(column, justify="left" if column in ("route", "") else "right")
    for route in ROUTES:
        for name in names:
            for count in AT_ONCE:
                mine = name_of(name, count)
                values = (rates(done, mine, route), _p50s(done, mine, route), p99s(done, mine, route))
                table.add_row(route, name, str(count), *(str(spread(of)) for of in values))
        table.add_section()
    return table
