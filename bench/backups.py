"""``bench backup``: what writes notice of the nightly copy."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.databases import Files
from bench.figures import paired_ratios, spread
from bench.growth.past import JOBS, seed
from bench.load.result import LoadResult
from bench.ours import ours
from bench.rounds import Round, check_valid, measure, p99s, rates
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import CouldNotRun, Exit, Target
from runtime.database.upkeep import backup

ALONE, BESIDE = "alone", "beside backups"
ROUTE = "payments"
LONGEST_MS = 250
TARGETS = (
    Target(f"backup: slowest write beside it, {ROUTE}, ms", at_most=LONGEST_MS),
    Target("backup: database MB", at_least=500),
)
_PAYMENTS_AT_MOST = 5_000  # a second
_PER_PAST, _PER_WAITING = 8_000, 1_350  # bytes


@dataclass(slots=True)
class Alone:
    contender: Contender
    name: str = ALONE

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        return self.contender.load(route, connections=connections, seconds=seconds)


@dataclass(slots=True)
class Beside:
    """The same server, while one copy after another is made and verified.  ``took``: seconds of each whole one."""

    contender: Contender
    target: Path
    took: list[float] = field(default_factory=list)
    name: str = BESIDE

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        ended = threading.Event()
        copying = threading.Thread(target=self._copy_until, args=(ended,), name="backup")
        copying.start()
        try:
            return self.contender.load(route, connections=connections, seconds=seconds)
        finally:
            ended.set()
            copying.join()

    def _copy_until(self, ended: threading.Event) -> None:
        while not ended.is_set():
            began = time.perf_counter()
            backup(self.contender.world.databases.url("ours"), self.target)
            self.took.append(time.perf_counter() - began)


@click.command(name="backup")
@click.option("--megabytes", default=500, show_default=True, help="How large the database is at least.")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=8, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight.")
@click.option("--seed", "chosen", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(megabytes: int, rounds: int, seconds: int, connections: int, chosen: int, into: Path) -> Exit:
    """POST /payments alone, and while the backup copies and verifies the file, interleaved.

    The copy reads one snapshot and takes no lock, so that no write waits for it; disk and processors are shared.
    """
    record = report.begin("backup", into)
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder, ExitStack() as stack:
        waiting = 2 * rounds * seconds * _PAYMENTS_AT_MOST
        past = max(0, megabytes * 1_000_000 - waiting * _PER_WAITING) // _PER_PAST
        world = World(Path(folder), Size(JOBS, waiting), Files(Path(folder)))
        contender = stack.enter_context(_grown(world, past))
        beside = Beside(contender, world.folder / "copies" / "copy.db")
        load = partial(measure, [Alone(contender), beside], [ROUTE], rounds=rounds, seed=chosen, say=click.echo)
        done = load(seconds=seconds, connections=connections)
        if not beside.took:
            raise CouldNotRun("no backup ended")
        size_mb = beside.target.stat().st_size / 1e6
    check_valid(done, strict=[ALONE, BESIDE])
    figures = figures_of(done) | {
        "backup: database MB": size_mb,
        "backup: seconds of one, under load": spread(beside.took).median,
    }
    return record.end(
        figures,
        TARGETS,
        [_table(done)],
        options={"megabytes": megabytes, "rounds": rounds, "seconds": seconds, "connections": connections},
        rounds=done,
    )


@contextmanager
def _grown(world: World, past: int) -> Iterator[Contender]:
    def seeded(url: str, size: Size) -> None:
        seed(url, waiting=size.bookings, past=past)

    with broker(world.folder) as broker_url, ours(world, broker_url, seeded=seeded) as contender:
        yield contender


def figures_of(done: Sequence[Round]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in (ALONE, BESIDE):
        figures[f"backup: {ROUTE}/s {name}"] = spread(rates(done, name, ROUTE)).median
        figures[f"backup: p99 ms {name}"] = spread(p99s(done, name, ROUTE)).median
    figures[f"backup: {ROUTE}/s beside it ÷ alone"] = paired_ratios(
        rates(done, BESIDE, ROUTE), rates(done, ALONE, ROUTE)
    ).median
    figures[f"backup: slowest write alone, {ROUTE}, ms"] = max(_slowest(done, ALONE))
    figures[f"backup: slowest write beside it, {ROUTE}, ms"] = max(_slowest(done, BESIDE))
    return figures


def _slowest(done: Sequence[Round], name: str) -> list[float]:
    return [r.result.max_ms for r in done if r.contender == name]


def _table(done: Sequence[Round]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in (f"POST /{ROUTE}", "requests/s", "p99 ms", "slowest ms"):
        table.add_column(column, justify="right" if "/s" in column or "ms" in column else "left")
    for name in (ALONE, BESIDE):
        of = (rates(done, name, ROUTE), p99s(done, name, ROUTE), _slowest(done, name))
        table.add_row(name, *(str(spread(values)) for values in of))
    return table
