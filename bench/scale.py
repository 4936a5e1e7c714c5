"""``bench scale``: one web process against several on one database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.contenders import ROUTES, Contender, World
from bench.databases import KINDS, databases
from bench.figures import paired_ratios, spread
from bench.load.result import LoadResult
from bench.ours import ours
from bench.rounds import Round, check_valid, measure, p99s, rates
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import Exit, Target

_PAYMENTS_AT_MOST = 7_000  # a second
LONGEST_MS = 250


@dataclass(frozen=True, slots=True)
class Several:
    """So many web processes on one socket."""

    processes: int
    contender: Contender

    @property
    def name(self) -> str:
        return name_of(self.processes)

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        return self.contender.load(route, connections=connections, seconds=seconds)


def name_of(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"


def targets(processes: int) -> tuple[Target, ...]:
    several = name_of(processes)
    return (
        Target(f"cached: {several} ÷ 1 process", at_least=1.3),
        Target(f"payments: {several} ÷ 1 process", at_least=1.5),
        *(Target(f"{route}: slowest of {several}, ms", at_most=LONGEST_MS) for route in ROUTES),
    )


@click.command(name="scale")
@click.option("--web", "processes", default=2, show_default=True, help="Web processes to compare with one.")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=4, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=32, show_default=True, help="Requests in flight.")
@click.option("--jobs", default=100_000, show_default=True, help="Jobs in each database.")
@click.option("--database", type=click.Choice(KINDS), default="sqlite", show_default=True, help="Of both.")
@click.option("--seed", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(
    processes: int, rounds: int, seconds: int, connections: int, jobs: int, database: str, seed: int, into: Path
) -> Exit:
    """One web process against several on one database, interleaved; the slowest request of all, too.

    The load comes from the same machine, so on two cores the second process has what the load leaves it.
    """
    suite = "scale" if database == "sqlite" else f"scale-{database}"
    record = report.begin(suite, into)
    size = Size(jobs, rounds * seconds * _PAYMENTS_AT_MOST + 20_000)
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as folder, ExitStack() as stack:
        both = [stack.enter_context(_several(Path(folder) / str(n), n, size, database)) for n in (1, processes)]
        done = measure(both, rounds=rounds, seconds=seconds, connections=connections, seed=seed, say=click.echo)
    check_valid(done, strict=[each.name for each in both])
    figures = figures_of(done, processes)
    return record.end(
        figures,
        targets(processes),
        [_table(done, processes)],
        options={"web": processes, "rounds": rounds, "seconds": seconds, "connections": connections, "jobs": jobs},
        rounds=done,
    )


@contextmanager
def _several(folder: Path, processes: int, size: Size, database: str) -> Iterator[Several]:
    folder.mkdir()
    with (
        databases(database, folder) as kept,
        broker(folder) as broker_url,
        ours(World(folder, size, kept), broker_url, processes=processes) as contender,
    ):
        yield Several(processes, contender)


def figures_of(done: Sequence[Round], processes: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    several = name_of(processes)
    for route in ROUTES:
        for name in (name_of(1), several):
            figures[f"{route}: {name} requests/s"] = spread(rates(done, name, route)).median
            figures[f"{route}: {name} p99 ms"] = spread(p99s(done, name, route)).median
            figures[f"{route}: slowest of {name}, ms"] = max(slowest(done, name, route))
        figures[f"{route}: {several} ÷ 1 process"] = paired_ratios(
            rates(done, several, route), rates(done, name_of(1), route)
        ).median
    return figures


def slowest(done: Sequence[Round], name: str, route: str) -> list[float]:
    return [r.result.max_ms for r in done if (r.contender, r.route) == (name, route)]


def _table(done: Sequence[Round], processes: int) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in ("route", "web", "requests/s", "÷ 1 process", "p99 ms", "slowest ms"):
        table.add_column(column, justify="left" if column in ("route", "web") else "right")
    for route in ROUTES:
        for name in (name_of(1), name_of(processes)):
            rate = rates(done, name, route)
            ratio = paired_ratios(rate, rates(done, name_of(1), route))
            tail = (str(spread(of)) for of in (p99s(done, name, route), slowest(done, name, route)))
            table.add_row(route, name, str(spread(rate)), str(ratio), *tail)
        table.add_section()
    return table
