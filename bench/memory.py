"""``bench memory``: what the whole stack holds when idle, and whether the web process grows."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Sequence

import click
import msgspec
from rich.table import Table

from bench import options, report
from bench.contenders import Contender
from bench.load import lists
from bench.load.drive import drive_through
from bench.ours import alone
from bench.processes import Held, held, with_environment
from bench.report import Found
from bench.seed.rows import Size
from bench.servers import PROJECT
from bench.suite import Run, suite
from bench.targets import CouldNotRun, Target

TARGETS = (
    Target("idle: whole stack PSS MB", at_most=750, unit=" MB"),
    Target("growth: web process MB", at_most=5, unit=" MB"),
)
_START_S = 180
_CONNECTIONS = 16


class Point(msgspec.Struct, frozen=True):
    """The web process after so many requests."""

    requests: int
    pss_mb: float
    files: int
    threads: int


@suite(
    "memory",
    options.choice("--only", ["idle", "growth", "both"], "both", "Which half to measure."),
    options.option("--settle", 30, "Seconds that the stack is left alone before it is read."),
    options.option("--first", 20_000, "Requests before the first reading of the web process."),
    options.option("--last", 100_000, "Requests before the last one."),
    options.option("--step", 10_000, "Requests between two readings."),
)
def command(run: Run, only: str, settle: int, first: int, last: int, step: int) -> Found:
    """Proportional set size (PSS): a page that N processes share counts 1/N for each.

    Idle: a stack of its own is started with `handwork up --detach`, left alone, read and taken down. Growth: one web
    process answers pages of jobs, payments and webhooks, 4 to 3 to 3; it is read at the first and at the last request.
    """
    stack = idle(str(run.folder / "home"), settle) if only != "growth" else []
    points = growth(run, first, last, step) if only != "idle" else []
    targets = [t for t in TARGETS if only == "both" or t.figure.startswith(only)]
    tables = [
        _table("The stack, idle", "process", [(process.name, process) for process in stack]),
        _table("One web process", "requests", [(f"{point.requests:,}", point) for point in points]),
    ]
    return Found(figures_of(stack, points, first, last), targets, tables, {"idle": stack, "growth": points})


def idle(home: str, settle: int) -> list[Held]:
    """Every process of a fresh stack; ``CouldNotRun`` when it does not come up."""
    try:
        up = _handwork(home, "up", "--detach")
        if up.returncode:
            said = f"{up.stdout[-2000:]}{up.stderr[-2000:]}"
            raise CouldNotRun(f"handwork up --detach ended with {up.returncode}:\n{said}")
        time.sleep(settle)
        found = filter(None, map(held, with_environment("HANDWORK_HOME", home)))
        return sorted(found, key=lambda h: -h.pss_mb)
    finally:
        _handwork(home, "down")


def _handwork(home: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HANDWORK_HOME": home}
    command = [str(PROJECT / "handwork"), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=_START_S, check=False)


def growth(run: Run, first: int, last: int, step: int) -> list[Point]:
    """Readings of one web process from ``first`` to ``last`` requests."""
    blocks = blocks_of(first, last, step)
    contender = alone(run.stack, run.folder, Size(jobs=10_000, bookings=last))
    points: list[Point] = []
    for answered, block in zip(itertools.accumulate(blocks), blocks, strict=True):
        _answer(contender, block)
        points.append(_read(contender, answered))
        click.echo(f"{answered:,} requests: {points[-1].pss_mb:.1f} MB")
    return points


def blocks_of(first: int, last: int, step: int) -> list[int]:
    """How many requests lie between two readings; ``CouldNotRun`` for numbers that make no sense."""
    if not 0 < first < last or step < 10:
        raise CouldNotRun("--first must lie between 0 and --last, and --step must be 10 or more")
    return [first, *([step] * ((last - first) // step)), *([rest] if (rest := (last - first) % step) else [])]


def _answer(contender: Contender, count: int) -> None:
    """Exactly so many requests, all answered well, or ``CouldNotRun``."""
    pages = count * 4 // 10
    paid = (count - pages) // 2
    folder = contender.world.folder / "lists"
    for route, requests in (
        ("cached", lists.first_page(folder, "ours-cached", times=pages)),
        ("payments", contender.requests.make("payments", paid)),
        ("webhooks", contender.requests.make("webhooks", count - pages - paid)),
    ):
        result = drive_through(contender.port, requests, connections=_CONNECTIONS)
        contender.requests.used(route, result.requests)
        if result.bad:
            raise CouldNotRun(f"bad answers: {result.statuses}, {result.socket_errors} broken connections")


def _read(contender: Contender, answered: int) -> Point:
    found = held(contender.pids[0])
    if found is None:
        raise CouldNotRun(f"the web process ended after {answered} requests")
    return Point(answered, found.pss_mb, found.files, found.threads)


def figures_of(stack: Sequence[Held], points: Sequence[Point], first: int, last: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    if stack:
        figures["idle: whole stack PSS MB"] = sum(process.pss_mb for process in stack)
        figures["idle: processes"] = float(len(stack))
        for process in stack:
            figure = f"idle: {_program(process.name)} PSS MB"
            figures[figure] = figures.get(figure, 0.0) + process.pss_mb
    at = {point.requests: point for point in points}
    if first in at and last in at:
        figures["growth: web process MB"] = at[last].pss_mb - at[first].pss_mb
        figures["growth: web process PSS MB at the end"] = at[last].pss_mb
        figures["growth: open files"] = float(at[last].files - at[first].files)
        figures["growth: threads"] = float(at[last].threads - at[first].threads)
    return figures


def _program(name: str) -> str:
    """``workers payments`` for ``python -m workers payments``; others without arguments, which differ each time."""
    words = name.removeprefix("python -m ").split()
    return " ".join(words[:2]) if words[0] == "workers" else words[0]


def _table(title: str, what: str, rows: Sequence[tuple[str, Held | Point]]) -> Table:
    table = report.table(title, [what], ["PSS MB", "files", "threads"])
    for name, of in rows:
        table.add_row(name, f"{of.pss_mb:.1f}", str(of.files), str(of.threads))
    return table
