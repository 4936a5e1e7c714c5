"""``bench web``: requests a second and their slowest hundredth, ours beside the floor and the peers."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.table import Table

from bench import options, probe
from bench.contenders import PEERS, Contender, World, floor, peer
from bench.databases import databases
from bench.figures import short
from bench.ours import ours
from bench.report import Found, table
from bench.rounds import Rounds
from bench.seed.rows import Size
from bench.servers import broker
from bench.suite import Run, suite
from bench.targets import CouldNotRun, Target

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


@suite(
    "web",
    options.rounds("everybody"),
    options.seconds(5),
    options.connections(more="; the targets are for 16"),
    options.jobs(),
    click.Option(["--bookings"], default=0, help="Bookings that wait to be paid; without it: enough for the rounds."),
    options.only(EVERYBODY),
    options.database(),
    click.Option(["--with-stack"], is_flag=True, help="Ours with Celery workers and sandbox at work beside it."),
    options.SEED,
)
def command(run: Run, jobs: int, bookings: int, only: list[str], database: str, *, with_stack: bool) -> Found:
    """One route at a time, then mixed load: interleaved rounds, ratios of neighbours in time.

    cached is one page of 20 jobs that nobody changes meanwhile, so that ours keeps it; pages begin anywhere among
    100,000 jobs. payments is POST /payments, webhooks is POST /webhooks/stripe, signed, each with new requests. mixed
    leaves nothing to cache: 65 % pages anywhere, 5 % searches, 13 % payments, 13 % webhooks, 4 % new jobs, by 16
    connections and by 64 ("mixed at 64").

    The floor is our framework with the same bytes and nothing behind; naive
    is FastAPI with the async ORM and .delay() in the request at its libraries' defaults; tuned is the same, tuned. One
    server process each; the load comes from wrk.
    """
    size = Size(jobs, bookings or enough_bookings(run))
    done = run.measure(start(run, size, only, database, with_stack=with_stack), ROUTES)
    targets = concerning(TARGETS if database == "sqlite" else ON_POSTGRES, only)
    rates = done.table(ROUTES, only, "requests/s", "p50 ms", "p99 ms", "bad")
    tables = [rates, _processors(done, only), _ratios(done, only)]
    return Found(figures_of(done, only), targets, tables, done, _notes(done))


def enough_bookings(run: Run, times: int = 1) -> int:
    return times * run.rounds * run.seconds * _OURS_AT_MOST + 20_000


def start(run: Run, size: Size, names: Sequence[str], database: str, *, with_stack: bool = False) -> list[Contender]:
    """Everybody with a database, then the floor, which repeats what the first of them answers."""
    if not set(names) - {"floor"}:
        raise CouldNotRun("the floor alone has nothing to repeat: measure somebody beside it")
    also = run.stack.enter_context
    world = World(run.folder, size, also(databases(database, run.folder)))
    broker_url = also(broker(run.folder))
    contenders = [also(ours(world, broker_url, with_stack=with_stack))] if "ours" in names else []
    contenders += [also(peer(kind, world, broker_url)) for kind in PEERS if kind in names]
    answers = {contender.name: probe.ask(contender) for contender in contenders}
    probe.check_alike(answers)
    if "floor" in names:
        contenders.append(also(floor(world, probe.keep(answers[contenders[0].name], run.folder / "answers"))))
    world.databases.settle()
    return contenders


def others(names: Sequence[str]) -> list[str]:
    """Those with whom ours is compared: nobody when ours was left out."""
    return [name for name in names if name != "ours"] if "ours" in names else []


def figures_of(done: Rounds, names: Sequence[str]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in names:
        for route in ROUTES:
            figures |= done.medians(name, route, "requests/s", "p50 ms", "p99 ms")
            figures |= {f"{route}: {name} {what}": of.median for what, of in done.cpu(name, route).items()}
    for other in others(names):
        for route in ROUTES:
            figures[f"{route}: ours ÷ {other}"] = done.ratio("ours", other, route).median
            figures[f"{route}: p99 {other} ÷ ours"] = done.ratio(other, "ours", route, "p99 ms").median
    return figures


def concerning(targets: Sequence[Target], names: Sequence[str]) -> list[Target]:
    """A target that compares with somebody who was left out is not judged."""
    return [t for t in targets if all(name in names for name in EVERYBODY if name in t.figure)]


def _notes(done: Rounds) -> list[str]:
    notes = [f"load by {', '.join(sorted({r.result.driver for r in done}))}"]
    notes += [
        f"{r.contender} {r.route}, round {r.n}: {r.result.bad} of {r.result.requests} failed; only good answers count"
        for r in done
        if r.result.bad
    ]
    return notes


def _processors(done: Rounds, names: Sequence[str]) -> Table:
    columns = ("web CPU µs", "database CPU µs", "cores busy")
    made = table("Processor time for a good answer, and how many cores were busy", ["route", ""], columns)
    for route in ROUTES:
        for name in names:
            if of := done.cpu(name, route):
                made.add_row(route, name, *(str(of.get(column, "–")) for column in columns))
        made.add_section()
    return made


def _ratios(done: Rounds, names: Sequence[str]) -> Table:
    made = table("Ours against, round by round", ["route", "against"], ["requests/s", "p99 theirs ÷ ours"])
    made.add_column("")
    for other in others(names):
        for route in ROUTES:
            rate, p99 = done.ratio("ours", other, route), done.ratio(other, "ours", route, "p99 ms")
            bar = "█" * max(1, min(40, round(rate.median * 2)))
            made.add_row(route, other, f"{rate} ×", f"{short(p99.median)} ×", bar)
    return made
