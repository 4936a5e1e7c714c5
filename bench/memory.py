"""``bench memory``: what the whole stack holds when idle, and whether the web process grows."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.databases import Files
from bench.load import lists
from bench.load.drive import drive_through
from bench.ours import ours
from bench.processes import Held, held, held_by, with_environment
from bench.seed.rows import Size
from bench.servers import PROJECT, broker
from bench.targets import CouldNotRun, Exit, Target

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


@click.command(name="memory")
@click.option(
    "--only",
    type=click.Choice(["idle", "growth", "both"]),
    default="both",
    show_default=True,
    help="Which half to measure.",
)
@click.option("--settle", default=30, show_default=True, help="Seconds that the stack is left alone before it is read.")
@click.option(
    "--first", default=20_000, show_default=True, help="Requests before the first reading of the web process."
)
@click.option("--last", default=100_000, show_default=True, help="Requests before the last one.")
@click.option("--step", default=10_000, show_default=True, help="Requests between two readings.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(only: str, settle: int, first: int, last: int, step: int, into: Path) -> Exit:
    """Proportional set size (PSS): a page that N processes share counts 1/N for each.

    Idle: a stack of its own is started with `handwork up --detach`, left alone, read and taken down. Growth: one web
    process answers pages of jobs, payments and webhooks, 4 to 3 to 3; it is read at the first and at the last request.
    """
    record = report.begin("memory", into)
    stack = idle(settle) if only != "growth" else []
    points = growth(first, last, step) if only != "idle" else []
    figures = figures_of(stack, points, first, last)
    return record.end(
        figures,
        [t for t in TARGETS if only == "both" or t.figure.startswith(only)],
        [_stack_table(stack), _growth_table(points)],
        options={"settle": settle, "first": first, "last": last, "step": step},
        rounds={"idle": stack, "growth": points},
    )


def idle(settle: int) -> list[Held]:
    """Every process of a fresh stack; ``CouldNotRun`` when it does not come up."""
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as home:
        try:
            _handwork(home, "up", "--detach")
            time.sleep(settle)
            return sorted(held_by(with_environment("HANDWORK_HOME", home)), key=lambda h: -h.pss_mb)
        finally:
            _run_handwork(home, "down")


def _handwork(home: str, *arguments: str) -> None:
    done = _run_handwork(home, *arguments)
    if done.returncode:
        said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise CouldNotRun(f"handwork {' '.join(arguments)} ended with {done.returncode}:\n{said}")


def _run_handwork(home: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HANDWORK_HOME": home}
    command = [str(PROJECT / "handwork"), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=_START_S, check=False)


def growth(first: int, last: int, step: int) -> list[Point]:
    """Readings of one web process from ``first`` to ``last`` requests."""
    blocks = blocks_of(first, last, step)
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as folder, ExitStack() as stack:
        world = World(Path(folder), Size(jobs=10_000, bookings=last), Files(Path(folder)))
        contender = stack.enter_context(ours(world, stack.enter_context(broker(world.folder))))
        answered = 0
        points: list[Point] = []
        for block in blocks:
            _answer(contender, block)
            answered += block
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


def _stack_table(stack: Sequence[Held]) -> Table:
    table = Table(title="The stack, idle", title_justify="left")
    for column in ("process", "PSS MB", "files", "threads"):
        table.add_column(column, justify="left" if column == "process" else "right")
    for process in stack:
        table.add_row(process.name, f"{process.pss_mb:.1f}", str(process.files), str(process.threads))
    return table


def _growth_table(points: Sequence[Point]) -> Table:
    table = Table(title="One web process", title_justify="left")
    for column in ("requests", "PSS MB", "files", "threads"):
        table.add_column(column, justify="right")
    for point in points:
        table.add_row(f"{point.requests:,}", f"{point.pss_mb:.1f}", str(point.files), str(point.threads))
    return table
