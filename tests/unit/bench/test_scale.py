"""One process against several: what the figures say."""

from __future__ import annotations

import pytest

from bench.contenders import ROUTES
from bench.load.result import LoadResult
from bench.rounds import Round
from bench.scale import figures_of, name_of, targets


def round_of(n: int, processes: int, route: str, rate: int, slowest: float) -> Round:
    result = LoadResult("wrk", rate, 1.0, 1.0, 2.0, slowest, 0, False, {"200": rate})
    return Round(n, name_of(processes), route, result)


def test_several_are_compared_with_one_round_by_round_and_the_slowest_is_of_all() -> None:
    done = [
        round_of(n, processes, route, 100 * processes * n, 10.0 * n)
        for n in (1, 2, 3)
        for processes in (1, 2)
        for route in ROUTES
    ]
    figures = figures_of(done, 2)
    assert figures["cached: 2 processes ÷ 1 process"] == pytest.approx(2)
    assert figures["payments: slowest of 2 processes, ms"] == 30.0
    assert {target.figure for target in targets(2)} <= figures.keys()
