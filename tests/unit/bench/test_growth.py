"""Requests of the growth suite are those that the API knows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from bench.growth.jobs import ROUTES, placed
from bench.load.jobs import cursor
from bench.load.python_driver import made_requests
from bench.ours import our_cursor
from bench.requests import Requests
from bench.seed.rows import Size
from domain.marketplace.jobs.states import JobStatus
from web.paging import position_of

SIZE = Size(1_000, 0)


@pytest.fixture
def requests(tmp_path: Path) -> Requests:
    return Requests("ours", tmp_path, SIZE, "s" * 32, "whsec_x", ROUTES, cursor=our_cursor)


def test_a_cursor_is_one_of_the_api() -> None:
    assert position_of(cursor(1_767_600_000_000), JobStatus.OPEN, 1) == (1_767_600_000_000,)


@pytest.mark.parametrize("route", ROUTES)
def test_requests_are_whole(requests: Requests, route: str) -> None:
    for request in islice(made_requests(requests.make(route, 20)), 20):
        head, _, body = request.partition(b"\r\n\r\n")
        assert b"\x1e" not in request
        assert (b"Content-Length: %d" % len(body) in head) == bool(body)


def test_new_jobs_are_not_posted_twice(requests: Requests) -> None:
    sent = list(made_requests(requests.make("post", 30)))
    requests.used("post", 30)
    sent += made_requests(requests.make("post", 30))
    assert len({request.rpartition(b"number ")[2][:9] for request in sent}) == 60


def test_deep_pages_lie_among_what_is_open(requests: Requests) -> None:
    open_places = [row["place"] for row in placed(SIZE) if row["status"] == "open"]
    for line in requests.make("deep page", 200).lines.read_text().split():
        (place,) = position_of(line, JobStatus.OPEN, 1)
        assert open_places[20] <= place <= open_places[-1] + 1_000
