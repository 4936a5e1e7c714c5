"""One client, sixteen, sixty-four: what the figures say."""

from __future__ import annotations

import pytest

from bench.connections import AT_ONCE, TARGETS, figures_of, name_of
from bench.contenders import ROUTES
from bench.load.result import LoadResult
from bench.rounds import Round
from bench.web import EVERYBODY

SPEED = {"ours": 20, "floor": 40, "naive": 2, "tuned": 4}


def round_of(n: int, who: str, connections: int, route: str) -> Round:
    rate = SPEED[who] * connections * n
    result = LoadResult("wrk", rate, 1.0, 1.0 * connections, 2.0, 3.0, 0, False, {"200": rate})
    return Round(n, name_of(who, connections), route, result)


def test_everybody_is_compared_at_each_number_and_ours_with_itself() -> None:
    done = [
        round_of(n, who, connections, route)
        for n in (1, 2, 3)
        for who in EVERYBODY
        for connections in AT_ONCE
        for route in ROUTES
    ]
    figures = figures_of(done, EVERYBODY)
    assert figures["cached: ours ÷ naive, 64 connections"] == pytest.approx(10)
    assert figures["payments: ours, 64 ÷ 16 connections"] == pytest.approx(4)
    assert figures["webhooks: ours, p50 ms, 1 connection"] == 1.0
    assert {target.figure for target in TARGETS} <= figures.keys()


def test_without_the_others_there_is_nothing_to_compare_with() -> None:
    done = [round_of(1, "ours", connections, route) for connections in AT_ONCE for route in ROUTES]
    assert not [name for name in figures_of(done, ["ours"]) if "ours ÷" in name]
