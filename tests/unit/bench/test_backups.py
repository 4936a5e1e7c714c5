"""Writes alone and beside backups: what the figures say."""

from __future__ import annotations

import pytest

from bench.backups import ALONE, BESIDE, ROUTE, TARGETS, figures_of
from bench.load.result import LoadResult
from bench.rounds import Round


def round_of(n: int, name: str, rate: int, slowest: float) -> Round:
    return Round(n, name, ROUTE, LoadResult("wrk", rate, 1.0, 1.0, 2.0, slowest, 0, False, {"202": rate}))


def test_the_slowest_of_all_rounds_is_what_counts() -> None:
    done = [round_of(n, name, rate, 10.0 * n) for n in (1, 2, 3) for name, rate in ((ALONE, 200), (BESIDE, 100))]
    figures = figures_of(done)
    assert figures["backup: payments/s beside it ÷ alone"] == pytest.approx(0.5)
    assert figures["backup: slowest write beside it, payments, ms"] == 30.0
    assert {target.figure for target in TARGETS} - figures.keys() == {"backup: database MB"}
