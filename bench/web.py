"""``bench web``: requests a second and their slowest hundredth, ours beside the floor and the peers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.table import Table

from bench import probe, report
from bench.contenders import PEERS, Contender, World, floor, peer
from bench.databases import KINDS, databases
from bench.figures import short
from bench.options import only as only_of
from bench.ours import ours
from bench.rounds import Comparison, Round, check_valid, compare, cpu, measure, summarise
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import CouldNotRun, Exit, Target

ROUTES = ("cached", "pages", "payments", "webhooks", "mixed", "mixed at 64")
MIXED = ROUTES[-2:]


def _beside_peers(route: str, naive: float, tuned: float) -> tuple[Target, ...]:
    return (
        Target(f"{route}: ours ÷ naive", at_least=naive, unit=" ×"),
        Target(f"{route}: ours ÷ tuned", at_least=tuned, unit=" ×"),
    )


def _mixed(naive: float, tuned: float, p99: float) -> tuple[Target, ...]:
    tails = (Target(f"{route}: p99 naive ÷ ours", at_least=p99, unit=" ×") for route in MIXED)
    return (*(target for route in MIXED for target in _beside_peers(route, naive, tuned)), *tails)


TARGETS = (
    *_beside_peers("cached", 9, 5),
    Target("cached: ours ÷ floor", at_least=0.40, reach=0.50),
    *_beside_peers("payments", 10, 5),
    Target("payments: ours ÷ floor", at_least=0.28, reach=0.40),
    Target("payments: p99 naive ÷ ours", at_least=50, unit=" ×"),
    *_beside_peers("webhooks", 10, 5),
    Target("webhooks: ours ÷ floor", at_least=0.42, reach=0.60),
    Target("webhooks: p99 naive ÷ ours", at_least=50, unit=" ×"),
    *_mixed(10, 6, 50),
)
ON_POSTGRES = (
    *_beside_peers("pages", 7, 2.5),
    *_beside_peers("payments", 8, 4),
    *_beside_peers("webhooks", 10, 5),
    *_mixed(8, 3.5, 8),
)
EVERYBODY = ("ours", "floor", *PEERS)
_OURS_AT_MOST = 5_000  # payments a second, on average over a run; decides how many bookings are seeded


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the command line."""

    rounds: int
    seconds: int
    connections: int
    jobs: int
    bookings: int
    only: list[str]
    database: str
    with_stack: bool
    seed: int
    into: Path

    @property
    def suite(self) -> str:
        return "web" if self.database == "sqlite" else f"web-{self.database}"

    @property
    def targets(self) -> tuple[Target, ...]:
        return TARGETS if self.database == "sqlite" else ON_POSTGRES

    @property
    def size(self) -> Size:
        return Size(self.jobs, self.bookings or self.rounds * self.seconds * _OURS_AT_MOST + 20_000)

    def for_the_record(self) -> dict[str, Any]:
        return {name: value for name, value in msgspec.structs.asdict(self).items() if name != "into"}


@click.command(name="web")
@click.option("--rounds", default=5, show_default=True, help="How often everybody is measured; 5 or more count.")
@click.option("--seconds", default=5, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight; the targets are for 16.")
@click.option("--jobs", default=100_000, show_default=True, help="Jobs in everybody's database.")
@click.option("--bookings", default=0, help="Bookings that wait to be paid; without it: enough for the rounds.")
@only_of(EVERYBODY)
@click.option("--database", type=click.Choice(KINDS), default="sqlite", show_default=True, help="Everybody's.")
@click.option("--with-stack", is_flag=True, help="Ours with Celery workers and sandbox at work beside it.")
@click.option("--seed", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(**given: Any) -> Exit:
    """One route at a time, then mixed load: interleaved rounds, ratios of neighbours in time.

    cached is one page of 20 jobs that nobody changes meanwhile, so that ours keeps it; pages begin anywhere among
    100,000 jobs. payments is POST /payments, webhooks is POST /webhooks/stripe, signed, each with new requests. mixed
    leaves nothing to cache: 65 % pages anywhere, 5 % searches, 13 % payments, 13 % webhooks, 4 % new jobs, by 16
    connections and by 64 ("mixed at 64").

    The floor is our framework with the same bytes and nothing behind; naive
    is FastAPI with the async ORM and .delay() in the request at its libraries' defaults; tuned is the same, tuned. One
    server process each; the load comes from wrk.
    """
    return run(Options(**given))


def run(options: Options) -> Exit:
    """Measure, publish, judge; ``CouldNotRun`` when a server does not start or answers badly."""
    record = report.begin(options.suite, options.into)
    names = options.only
    rounds = _measure(options)
    check_valid(rounds, strict=("ours", "floor"))
    comparisons = [
        c for other in names if other != "ours" and "ours" in names for c in compare(rounds, "ours", other, ROUTES)
    ]
    figures = _figures(rounds, names, comparisons)
    return record.end(
        figures,
        [t for t in options.targets if _concerns(t, names)],
        [_rates(rounds, names), _processors(rounds, names), _ratios(comparisons)],
        options=options.for_the_record(),
        rounds=rounds,
        notes=_notes(rounds),
    )


def _measure(options: Options) -> list[Round]:
    with tempfile.TemporaryDirectory(prefix="bench-web-") as folder, ExitStack() as stack:
        kept = stack.enter_context(databases(options.database, Path(folder)))
        world = World(Path(folder), options.size, kept)
        return measure(
            start(stack, world, options.only, with_stack=options.with_stack),
            ROUTES,
            rounds=options.rounds,
            seconds=options.seconds,
            connections=options.connections,
            seed=options.seed,
            say=click.echo,
        )


def start(stack: ExitStack, world: World, names: Sequence[str], *, with_stack: bool = False) -> list[Contender]:
    """Everybody with a database, then the floor, which repeats what the first of them answers."""
    if not set(names) - {"floor"}:
        raise CouldNotRun("the floor alone has nothing to repeat: measure somebody beside it")
    broker_url = stack.enter_context(broker(world.folder))
    contenders = [stack.enter_context(ours(world, broker_url, with_stack=with_stack))] if "ours" in names else []
    contenders += [stack.enter_context(peer(kind, world, broker_url)) for kind in PEERS if kind in names]
    answers = {contender.name: probe.ask(contender) for contender in contenders}
    probe.check_alike(answers)
    if "floor" in names:
        kept = probe.keep(answers[contenders[0].name], world.folder / "answers")
        contenders.append(stack.enter_context(floor(world, kept)))
    world.databases.settle()
    return contenders


def _figures(rounds: Sequence[Round], names: Sequence[str], comparisons: Sequence[Comparison]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in names:
        for route in ROUTES:
            of = summarise(rounds, name, route)
            figures[f"{route}: {name} requests/s"] = of.rate.median
            figures[f"{route}: {name} p50 ms"] = of.p50.median
            figures[f"{route}: {name} p99 ms"] = of.p99.median
            figures |= _cpu_figures(rounds, name, route)
    for c in comparisons:
        figures[f"{c.route}: ours ÷ {c.other}"] = c.rate.median
        figures[f"{c.route}: p99 {c.other} ÷ ours"] = c.p99.median
    return figures


def _cpu_figures(rounds: Sequence[Round], name: str, route: str) -> dict[str, float]:
    of = cpu(rounds, name, route)
    if of is None:
        return {}
    figures = {f"{route}: {name} web CPU µs": of.web_us.median, f"{route}: {name} cores busy": of.cores.median}
    if of.database_us.most:
        figures[f"{route}: {name} database CPU µs"] = of.database_us.median
    return figures


def _concerns(target: Target, names: Sequence[str]) -> bool:
    """A target that compares with somebody who was left out is not judged."""
    return all(name in names for name in EVERYBODY if name in target.figure)


def _notes(rounds: Sequence[Round]) -> list[str]:
    notes = [f"load by {', '.join(sorted({r.result.driver for r in rounds}))}"]
    notes += [
        f"{r.contender} {r.route}, round {r.n}: {r.result.bad} of {r.result.requests} failed; only good answers count"
        for r in rounds
        if r.result.bad
    ]
    return notes


def _rates(rounds: Sequence[Round], names: Sequence[str]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in ("route", "", "requests/s", "p50 ms", "p99 ms", "bad"):
        table.add_column(column, justify="left" if column in ("route", "") else "right")
    for route in ROUTES:
        for name in names:
            of = summarise(rounds, name, route)
            table.add_row(route, name, str(of.rate), str(of.p50), str(of.p99), str(of.bad))
        table.add_section()
    return table


def _processors(rounds: Sequence[Round], names: Sequence[str]) -> Table:
    table = Table(title="Processor time for a good answer, and how many cores were busy", title_justify="left")
    for column in ("route", "", "web µs", "database µs", "cores"):
        table.add_column(column, justify="left" if column in ("route", "") else "right")
    for route in ROUTES:
        for name in names:
            if (of := cpu(rounds, name, route)) is not None:
                table.add_row(route, name, str(of.web_us), str(of.database_us), str(of.cores))
        table.add_section()
    return table


def _ratios(comparisons: Sequence[Comparison]) -> Table:
    table = Table(title="Ours against, round by round", title_justify="left")
    for column in ("route", "against", "requests/s", "p99 theirs ÷ ours", ""):
        table.add_column(column, justify="right" if "÷" in column or "/s" in column else "left")
    for c in comparisons:
        bar = "█" * max(1, min(40, round(c.rate.median * 2)))
        table.add_row(c.route, c.other, f"{c.rate} ×", f"{short(c.p99.median)} ×", bar)
    return table
