"""``bench queue``: how soon a task starts, and how many sends one Celery worker process makes, beside bare Celery."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.bare_queue import sends as bare_sends
from bench.bare_queue import starts as bare_starts
from bench.figures import quantile, short
from bench.our_queue import sends as our_sends
from bench.our_queue import starts as our_starts
from bench.paid_starts import starts as paid_starts
from bench.queue_times import Times, middle_rate
from bench.report import Report
from bench.servers import broker
from bench.targets import CouldNotRun, Exit, Target, exit_code, judge

ALLOWANCE_MS = 10
TARGETS = (
    Target("start: our p99 beyond bare Celery's", at_most=ALLOWANCE_MS, unit=" ms"),
    Target("sends: ours ÷ bare Celery", at_least=4, unit=" ×"),
)


@click.command(name="queue")
@click.option("--rate", default=50, show_default=True, help="Tasks a second whose start is timed.")
@click.option("--seconds", default=20, show_default=True, help="For how long.")
@click.option("--sends", default=10_000, show_default=True, help="Sends that ours has to make.")
@click.option("--send-ms", default=50, show_default=True, help="How long the provider takes for one.")
@click.option(
    "--only",
    type=click.Choice(["ours", "bare", "both"]),
    default="both",
    show_default=True,
    help="Whom to measure; the targets need both.",
)
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(rate: int, seconds: int, sends: int, send_ms: int, only: str, into: Path) -> Exit:
    """From accepted to started, and sends a second.

    Start: a task is accepted 50 times a second; ours is an outbox row that is committed, seen by the relay, published,
    claimed and begun; bare Celery's is .delay() and begun. The same wait is read from the rows of real payments, with
    web, workers and sandbox at work on the same processors. Sends: a backlog of sends to a provider that takes 50 ms,
    worked off by one Celery worker process; ours claims, records attempts and ends every row, in batches of 25 on one
    event loop; bare Celery posts on 32 threads and writes nothing.
    """
    machine = report.this_machine()
    before = report.last("queue", folder=into)
    times: dict[str, Times] = {}
    with tempfile.TemporaryDirectory(prefix="bench-queue-") as name:
        folder = Path(name)
        with broker(folder) as broker_url:
            if only != "ours":
                times["bare starts"] = bare_starts(folder, broker_url, rate=rate, seconds=seconds)
                times["bare sends"] = bare_sends(folder, broker_url, count=max(sends // 5, 100), send_ms=send_ms)
            if only != "bare":
                times["our starts"] = our_starts(folder, broker_url, rate=rate, seconds=seconds)
                times["paid starts"] = paid_starts(folder, broker_url, rate=rate, seconds=seconds)
                times["our sends"] = our_sends(folder, broker_url, count=sends, send_ms=send_ms)
    figures = figures_of(times)
    verdicts = judge(TARGETS if only == "both" else (), figures)
    made = Report(
        suite="queue",
        at=report.now(),
        machine=machine,
        options={"rate": rate, "seconds": seconds, "sends": sends, "send_ms": send_ms},
        figures=figures,
        verdicts=verdicts,
        rounds={name: len(of) for name, of in times.items()},
    )
    report.publish(made, [_table(figures)], folder=into, before=before)
    return exit_code(verdicts)


def figures_of(times: dict[str, Times]) -> dict[str, float]:
    """From the raw times, in nanoseconds, to what is judged."""
    figures: dict[str, float] = {}
    for who in ("our", "bare", "paid"):
        if starts := times.get(f"{who} starts"):
            waits = [(began - sent) / 1e6 for sent, began in starts]
            figures[f"start: {who} p50 ms"] = quantile(waits, 0.5)
            figures[f"start: {who} p99 ms"] = quantile(waits, 0.99)
            figures[f"start: {who} slowest ms"] = max(waits)
        if sends := times.get(f"{who} sends"):
            figures[f"sends: {who} /s"] = middle_rate([ended for _, ended in sends])
    if {"our starts", "bare starts"} <= times.keys():
        figures["start: our p99 beyond bare Celery's"] = figures["start: our p99 ms"] - figures["start: bare p99 ms"]
    if {"our sends", "bare sends"} <= times.keys():
        figures["sends: ours ÷ bare Celery"] = figures["sends: our /s"] / figures["sends: bare /s"]
    return figures


def _table(figures: dict[str, float]) -> Table:
    if not figures:
        raise CouldNotRun("nothing was measured")
    table = Table(title="From accepted to started; sends by one process", title_justify="left")
    for column in ("", "ours", "bare Celery", "ours, POST /payments"):
        table.add_column(column, justify="left" if not column else "right")
    for label, key in _ROWS:
        cells: Sequence[float | None] = [figures.get(key.format(who)) for who in ("our", "bare", "paid")]
        table.add_row(label, *("–" if cell is None else short(cell) for cell in cells))
    return table


_ROWS = (
    ("start p50, ms", "start: {} p50 ms"),
    ("start p99, ms", "start: {} p99 ms"),
    ("start slowest, ms", "start: {} slowest ms"),
    ("sends a second", "sends: {} /s"),
)
