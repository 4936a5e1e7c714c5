"""Requests of the growth suite are those that the API knows; its figures are of the rounds."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from bench.growth.requests import ROUTES, requests
from bench.growth.seed import placed
from bench.growth.suite import figures_of, name_of, targets
from bench.load.jobs import cursor
from bench.load.python_driver import made_requests
from bench.load.result import LoadResult
from bench.rounds import Round
from bench.seed.rows import Size
from domain.marketplace.jobs.states import JobState
from web.paging import position_of

SIZE = Size(1_000, 0)


def test_a_cursor_is_one_of_the_api() -> None:
    assert position_of(cursor(1_767_600_000_000), JobState.OPEN, 1) == (1_767_600_000_000,)


@pytest.mark.parametrize("route", ROUTES)
def test_requests_are_whole(tmp_path: Path, route: str) -> None:
    made = requests(route, tmp_path, SIZE, "s" * 32, first=7, most=20)
    for request in islice(made_requests(made), 20):
        head, _, body = request.partition(b"\r\n\r\n")
        assert b"\x1e" not in request
        assert (b"Content-Length: %d" % len(body) in head) == bool(body)


def test_new_jobs_are_not_posted_twice(tmp_path: Path) -> None:
    first = list(made_requests(requests("post", tmp_path / "a", SIZE, "s" * 32, first=0, most=30)))
    more = list(made_requests(requests("post", tmp_path / "b", SIZE, "s" * 32, first=30, most=30)))
    titles = {request.rpartition(b"number ")[2][:9] for request in first + more}
    assert len(titles) == 60


def test_deep_pages_lie_among_what_is_open(tmp_path: Path) -> None:
    open_places = [row["place"] for row in placed(SIZE) if row["status"] == "open"]
    made = requests("deep page", tmp_path, SIZE, "s" * 32, first=0, most=0)
    for line in made.lines.read_text().split()[:200]:
        (place,) = position_of(line, JobState.OPEN, 1)
        assert open_places[20] <= place <= open_places[-1] + 1


def test_figures_compare_the_largest_with_the_smallest() -> None:
    def measured(route: str, jobs: int, rate: int, p99: float) -> Round:
        return Round(1, name_of(jobs), route, LoadResult("wrk", rate, 1.0, 1.0, p99, 9.0, 0, False, {"200": rate}))

    done = [measured(route, jobs, 100 if jobs == 1_000 else 90, p99) for route in ROUTES for jobs, p99 in
            ((1_000, 2.0), (9_000, 4.0))]  # fmt: skip
    figures = figures_of(done, [1_000, 9_000])
    assert figures["post: 9,000 ÷ 1,000 jobs"] == pytest.approx(0.9)
    assert figures["search: p99 ÷ first page's, 9,000 jobs"] == pytest.approx(1.0)
    assert {target.figure for target in targets([1_000, 9_000])} <= figures.keys()
