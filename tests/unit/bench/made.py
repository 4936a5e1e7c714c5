"""Rounds as a load would have made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bench.load.result import LoadResult
from bench.rounds import Round, Rounds


def result(
    rate: float = 100,
    p99: float = 10,
    slowest: float = 20,
    statuses: Mapping[str, int] | None = None,
    *,
    p50: float = 5,
    broken: int = 0,
) -> LoadResult:
    counted = dict(statuses or {"200": int(rate)})
    return LoadResult("wrk", sum(counted.values()), 1.0, p50, p99, slowest, broken, False, counted)


def rounds_of(each: Mapping[str, tuple[float, float, float]], routes: Iterable[str], count: int = 3) -> Rounds:
    """``each``: by name the rate and the times of the first round; the n-th has n times as much of all."""
    return Rounds(
        Round(n, name, route, result(*(n * value for value in values)))
        for n in range(1, count + 1)
        for route in routes
        for name, values in each.items()
    )
