"""``bench queue``: how soon a task starts, and how many sends one worker process makes, beside queues alone."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench import options, report
from bench.figures import paired_ratios, quantile, spread
from bench.queues.libraries import LIBRARIES
from bench.queues.ours import Ours
from bench.queues.paid import starts as paid_starts
from bench.queues.rounds import Measured, Queue, Work, measure, start_of
from bench.report import Found
from bench.servers import broker
from bench.suite import Run, suite
from bench.targets import Target

ALLOWANCE_MS = 10
EVERYBODY: tuple[Queue, ...] = (Ours(), *LIBRARIES)
NAMES = tuple(queue.name for queue in EVERYBODY)
TARGETS = (
    Target("start: our p99 beyond bare celery's", at_most=ALLOWANCE_MS, unit=" ms"),
    Target("sends: ours ÷ celery", at_least=4, unit=" ×"),
)


@suite(
    "queue",
    options.rounds("everybody"),
    options.option("--rate", 50, "Tasks a second whose start is timed."),
    options.option("--seconds", 6, "For how long, each time."),
    options.option("--sends", 8_000, "Sends each time; those on threads make a fifth."),
    options.option("--send-ms", 50, "How long the provider takes for one."),
    *(options.only(NAMES), options.SEED),
)
def command(run: Run, rate: int, sends: int, send_ms: int, only: list[str]) -> Found:
    """From accepted to started, and sends a second.

    Start: a task is accepted 50 times a second; ours is an outbox row that is committed, seen by the relay, published,
    claimed and begun; a queue alone is its message sent and begun. At the end the same wait is read from the rows of
    real payments, with web, workers and sandbox at work on the same processors. Sends: a backlog of sends to a provider
    that takes 50 ms, worked off by one worker process; ours claims, records attempts and ends every row, in batches of
    25 on one event loop; Celery and dramatiq post on 32 threads, taskiq on one event loop, and all three write nothing.
    """
    broker_url = run.stack.enter_context(broker(run.folder))
    chosen = [queue for queue in EVERYBODY if queue.name in only]
    done = measure(chosen, run, Work(rate, sends, send_ms), broker_url)
    figures = figures_of(done, only)
    if "ours" in only:
        paid = start_of(0, "paid", paid_starts(run.folder, broker_url, rate=rate, seconds=run.seconds))
        figures |= {"start: paid p50 ms": paid.p50_ms, "start: paid p99 ms": paid.p99_ms}
    targets = TARGETS if {"ours", "celery"} <= set(only) else ()
    return Found(figures, targets, [_table(done, only, figures)], done)


def figures_of(done: Measured, names: Sequence[str]) -> dict[str, float]:
    """Medians of the rounds; what compares, compares within a round."""
    figures: dict[str, float] = {}
    for name in names:
        whats = (f"start: {name} p50 ms", f"start: {name} p99 ms", f"sends: {name} /s")
        figures |= {what: spread(values).median for what, values in zip(whats, done.of(name), strict=True)}
    _, our_p99s, our_rates = done.of("ours")
    for name in names:
        if name != "ours" and "ours" in names:
            _, p99s, rates = done.of(name)
            beyond = [a - b for a, b in zip(our_p99s, p99s, strict=True)]
            figures[f"start: our p99 beyond bare {name}'s"] = quantile(beyond, 0.5)
            figures[f"sends: ours ÷ {name}"] = paired_ratios(our_rates, rates).median
    return figures


def _table(done: Measured, names: Sequence[str], figures: dict[str, float]) -> Table:
    columns = ("start p50 ms", "start p99 ms", "sends/s", "sends: ours ÷")
    table = report.table("Median of the rounds (least–most)", [""], columns)
    for name in names:
        of = done.of(name)
        ratio = str(paired_ratios(done.of("ours")[2], of[2])) if "ours" in names else "–"
        table.add_row(name, *(str(spread(values)) for values in of), ratio)
    if "ours" in names:
        paid = (f"{figures[f'start: paid {of} ms']:.1f}" for of in ("p50", "p99"))
        table.add_row("ours, whole payments", *paid, "–", "–")
    return table
