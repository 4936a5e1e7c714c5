"""``bench connections``: one client alone, sixteen, and sixty-four at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench import options
from bench.contenders import ROUTES
from bench.report import Found
from bench.rounds import Rounds
from bench.seed.rows import Size
from bench.suite import Run, suite
from bench.targets import Target
from bench.web import EVERYBODY, concerning, enough_bookings, others, start

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


def name_of(contender: str, connections: int) -> str:
    return f"{contender} at {connections}"


@suite(
    "connections",
    *(options.rounds(), options.seconds(2), options.jobs()),
    *(options.only(EVERYBODY), options.database(), options.SEED),
)
def command(run: Run, jobs: int, only: list[str], database: str) -> Found:
    """The cached page, payments and webhooks of `bench web`, by one client alone, by 16 and by 64 at once, interleaved.

    Alone, a write waits for its own sync of the disk; at once, many share one.
    """
    started = start(run, Size(jobs, enough_bookings(run, len(AT_ONCE))), only, database)
    everybody = [replace(each, name=name_of(each.name, n), at_once=n) for each in started for n in AT_ONCE]
    done = run.measure(everybody)
    names = [name_of(name, count) for name in only for count in AT_ONCE]
    tables = [done.table(ROUTES, names, "requests/s", "p50 ms", "p99 ms")]
    return Found(figures_of(done, only), concerning(TARGETS, only), tables, done)


def figures_of(done: Rounds, names: Sequence[str]) -> dict[str, float]:
    """Rates and times of everybody at each number; ours against the others, and against ours at 16."""
    figures: dict[str, float] = {}
    for route in ROUTES:
        for count in AT_ONCE:
            connections = "1 connection" if count == 1 else f"{count} connections"
            for name in names:
                mine = name_of(name, count)
                for what in (" requests/s", ", p50 ms", ", p99 ms"):
                    figures[f"{route}: {name}{what}, {connections}"] = done.median(mine, route, what.lstrip(", "))
                if name in others(names):
                    ratio = done.ratio(name_of("ours", count), mine, route)
                    figures[f"{route}: ours ÷ {name}, {connections}"] = ratio.median
        if "ours" in names:
            ratio = done.ratio(name_of("ours", MANY), name_of("ours", 16), route)
            figures[f"{route}: ours, {MANY} ÷ 16 connections"] = ratio.median
    return figures
