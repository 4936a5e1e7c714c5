"""A thousand times as many payments: what the figures say."""

from __future__ import annotations

import pytest

from bench.growth.books import Books
from bench.growth.payments import ROUTES, figures_of, figures_of_books, name_of, targets
from bench.load.result import LoadResult
from bench.rounds import Round

SIZES = (1_000, 100_000)


def round_of(n: int, past: int, route: str, rate: int) -> Round:
    return Round(n, name_of(past), route, LoadResult("wrk", rate, 1.0, 1.0, 2.0, 3.0, 0, False, {"200": rate}))


def test_the_largest_past_is_held_against_the_smallest() -> None:
    done = [
        round_of(n, past, route, 1_000 * n - past // 1_000) for n in (1, 2, 3) for past in SIZES for route in ROUTES
    ]
    figures = figures_of(done, SIZES) | figures_of_books({past: Books(3.0, 0.1, 0.01, 0) for past in SIZES})
    assert figures["payments: 100,000 ÷ 1,000 payments"] == pytest.approx(1_900 / 1_999)
    assert figures["books: a check of everything, 100,000 payments, s"] == 3.0
    assert {target.figure for target in targets(SIZES)} <= figures.keys()
