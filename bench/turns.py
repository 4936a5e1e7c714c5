"""``bench starvation``: the turns at writing of :mod:`bench.starvation`, judged and kept like any other suite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.figures import short
from bench.starvation import LEAST_PER_S, Share, measure
from bench.targets import Exit, Target

SATURATED = "flat out"
TARGETS = (
    Target("starvation: commits/s of the slower neighbour", at_least=LEAST_PER_S),
    Target("starvation: errors", at_most=0),
)


@click.command(name="starvation")
@click.option("--seconds", default=10.0, show_default=True, help="For how long the three write.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(seconds: float, into: Path) -> Exit:
    """One process writes flat out; two others ask for one commit after another.

    All three have the same SQLite file, which takes one writer at a time. Each of the two must get its turns: at least
    100 commits a second, and no error about a lock.
    """
    record = report.begin("starvation", into)
    shares = measure(seconds)
    figures = figures_of(shares)
    return record.end(
        figures,
        TARGETS,
        [_table(shares)],
        options={"seconds": seconds},
        rounds=shares,
        notes=[f"{share.role}: {share.first_error}" for share in shares if share.first_error],
    )


def figures_of(shares: Sequence[Share]) -> dict[str, float]:
    neighbours = [share for share in shares if share.role != SATURATED]
    return {
        "starvation: commits/s of the slower neighbour": min(share.per_s for share in neighbours),
        "starvation: p99 ms of the slower neighbour": max(share.p99_ms for share in neighbours),
        "starvation: commits/s flat out": sum(share.per_s for share in shares if share.role == SATURATED),
        "starvation: errors": float(sum(share.errors for share in shares)),
    }


def _table(shares: Sequence[Share]) -> Table:
    table = Table(title="Turns at writing", title_justify="left")
    for column in ("process", "commits/s", "errors", "p50 ms", "p99 ms", "worst ms"):
        table.add_column(column, justify="left" if column == "process" else "right")
    for share in shares:
        times = [short(ms) for ms in (share.p50_ms, share.p99_ms, share.worst_ms)]
        table.add_row(share.role, f"{share.per_s:,.0f}", str(share.errors), *times)
    return table
