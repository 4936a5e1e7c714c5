"""The figures of servers that differ in how much they hold."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench.rounds import Rounds


def name_of(size: int, noun: str) -> str:
    return f"{size:,} {noun}"


def figures_of_sizes(done: Rounds, routes: Sequence[str], sizes: Sequence[int], noun: str) -> dict[str, float]:
    """Rates and tails of each size, and its rate against that of the smallest."""
    figures: dict[str, float] = {}
    least = name_of(sizes[0], noun)
    for route in routes:
        for size in sizes:
            name = name_of(size, noun)
            figures |= done.medians(name, route, "requests/s", "p99 ms")
            if name != least:
                figures[f"{route}: {size:,} ÷ {least}"] = done.ratio(name, least, route).median
    return figures


def table(done: Rounds, routes: Sequence[str], sizes: Sequence[int], noun: str) -> Table:
    names = [name_of(size, noun) for size in sizes]
    return done.table(routes, names, "requests/s", f"÷ {names[0]}", "p99 ms")
