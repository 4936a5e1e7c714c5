"""``bench queue``: how soon a task starts, and how many sends one worker process makes, beside queues alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.figures import paired_ratios, quantile, spread
from bench.options import only as only_of
from bench.queues.libraries import LIBRARIES
from bench.queues.ours import Ours
from bench.queues.paid import starts as paid_starts
from bench.queues.rounds import Measured, Queue, Work, measure, start_of
from bench.servers import broker
from bench.targets import CouldNotRun, Exit, Target

ALLOWANCE_MS = 10
EVERYBODY: tuple[Queue, ...] = (Ours(), *LIBRARIES)
NAMES = tuple(queue.name for queue in EVERYBODY)
TARGETS = (
    Target("start: our p99 beyond bare celery's", at_most=ALLOWANCE_MS, unit=" ms"),
    Target("sends: ours ÷ celery", at_least=4, unit=" ×"),
)


@click.command(name="queue")
@click.option("--rounds", default=5, show_default=True, help="How often everybody is measured; 5 or more count.")
@click.option("--rate", default=50, show_default=True, help="Tasks a second whose start is timed.")
@click.option("--seconds", default=6, show_default=True, help="For how long, each time.")
@click.option("--sends", default=8_000, show_default=True, help="Sends each time; those on threads make a fifth.")
@click.option("--send-ms", default=50, show_default=True, help="How long the provider takes for one.")
@only_of(NAMES)
@click.option("--seed", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(
    rounds: int, rate: int, seconds: int, sends: int, send_ms: int, only: list[str], seed: int, into: Path
) -> Exit:
    """From accepted to started, and sends a second.

    Start: a task is accepted 50 times a second; ours is an outbox row that is committed, seen by the relay, published,
    claimed and begun; a queue alone is its message sent and begun. At the end the same wait is read from the rows of
    real payments, with web, workers and sandbox at work on the same processors. Sends: a backlog of sends to a provider
    that takes 50 ms, worked off by one worker process; ours claims, records attempts and ends every row, in batches of
    25 on one event loop; Celery and dramatiq post on 32 threads, taskiq on one event loop, and all three write nothing.
    """
    record = report.begin("queue", into)
    work = Work(rate, seconds, sends, send_ms)
    chosen = [queue for queue in EVERYBODY if queue.name in only]
    with tempfile.TemporaryDirectory(prefix="bench-queue-") as name, broker(Path(name)) as broker_url:
        done = measure(chosen, work, rounds=rounds, folder=Path(name), broker_url=broker_url, seed=seed, say=click.echo)
        paid = paid_starts(Path(name), broker_url, rate=rate, seconds=seconds) if "ours" in only else []
    figures = figures_of(done, only)
    if paid:
        waits = start_of(0, "paid", paid)
        figures |= {"start: paid p50 ms": waits.p50_ms, "start: paid p99 ms": waits.p99_ms}
    return record.end(
        figures,
        TARGETS if {"ours", "celery"} <= set(only) else (),
        [_table(done, only, figures)],
        options={"rate": rate, "seconds": seconds, "sends": sends, "send_ms": send_ms, "rounds": rounds, "seed": seed},
        rounds=done,
    )


def figures_of(done: Measured, names: Sequence[str]) -> dict[str, float]:
    """Medians of the rounds; what compares, compares within a round."""
    figures: dict[str, float] = {}
    for name in names:
        figures[f"start: {name} p50 ms"] = spread(done.p50s(name)).median
        figures[f"start: {name} p99 ms"] = spread(done.p99s(name)).median
        figures[f"sends: {name} /s"] = spread(done.rates(name)).median
    for name in names:
        if name != "ours" and "ours" in names:
            beyond = [a - b for a, b in zip(done.p99s("ours"), done.p99s(name), strict=True)]
            figures[f"start: our p99 beyond bare {name}'s"] = quantile(beyond, 0.5)
            figures[f"sends: ours ÷ {name}"] = paired_ratios(done.rates("ours"), done.rates(name)).median
    return figures


def _table(done: Measured, names: Sequence[str], figures: dict[str, float]) -> Table:
    if not figures:
        raise CouldNotRun("nothing was measured")
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    for column in ("", "start p50 ms", "start p99 ms", "sends/s", "sends: ours ÷"):
        table.add_column(column, justify="right" if column else "left")
    for name in names:
        rates = done.rates(name)
        ratio = str(paired_ratios(done.rates("ours"), rates)) if "ours" in names else "–"
        table.add_row(name, *(str(spread(of)) for of in (done.p50s(name), done.p99s(name), rates)), ratio)
    if "start: paid p50 ms" in figures:
        paid = (f"{figures[f'start: paid {of} ms']:.1f}" for of in ("p50", "p99"))
        table.add_row("ours, whole payments", *paid, "–", "–")
    return table
