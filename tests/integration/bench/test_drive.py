"""The load drivers against a running server: they count what came back, and know when a list has ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from bench.contenders import Contender, World, floor
from bench.databases import Databases
from bench.load.drive import drive, drive_through, find_wrk
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.probe import keep
from bench.seed.rows import Size
from bench.web import ROUTES

SIZE = Size(jobs=100, bookings=60)
PAYMENT = b"""{"id":"pay_1","booking_id":"bkg_1","provider":"stripe","amount_minor":5000,"currency":"usd",
"status":"accepted","client_secret":null,"next_action_url":null,"error_code":null,"error_message":null,
"created_at":"2026-11-23T09:00:00Z","settled_at":null}"""
POSTED = b"""{"id":"job_1","client_id":"acc_1","title":"A tap","description":"It drips.","category":"plumbing",
"city":"Berlin","budget_minor":9000,"currency":"usd","status":"open","created_at":"2026-11-23T09:00:00Z",
"latitude":52.52,"longitude":13.405,"wanted_from":null,"wanted_until":null,"open_days":30,"version":1,
"posted_at":"2026-11-23T09:00:00Z","expires_at":"2026-12-23T09:00:00Z","client_name":"Alice","applicants":0}"""
SAID = {
    "cached": b'{"items":[],"next_cursor":null}',
    "posts": POSTED,
    "payments": PAYMENT,
    "webhooks": b'{"received":true,"new":true}',
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Contender]:
    answers = keep(SAID, tmp_path / "answers")
    with floor(World(tmp_path, SIZE, Databases(tmp_path)), answers) as running:
        yield running


def pages(folder: Path, paths: list[str]) -> RequestList:
    return write_list(folder, "pages", head("GET", f"/{PIECE}"), [[path] for path in paths], again=False)


def test_every_request_of_a_list_is_sent_once(server: Contender, tmp_path: Path) -> None:
    result = drive_through(server.port, pages(tmp_path, ["jobs"] * 500 + ["nothing"] * 7), connections=4)
    assert result.statuses == {"200": 500, "404": 7}
    assert (result.good, result.bad) == (500, 7)
    assert result.exhausted


@pytest.mark.parametrize("route", ROUTES)
def test_a_contender_takes_what_its_lists_send(server: Contender, route: str) -> None:
    result = server.load(route, connections=2, seconds=1)
    assert result.good > 20
    assert result.bad == 0
    assert result.p50_ms <= result.p99_ms <= result.max_ms
    assert not result.exhausted


def test_a_contender_may_have_connections_of_its_own_and_something_beside_its_load(server: Contender) -> None:
    beside = MagicMock()
    result = replace(server, at_once=3, meanwhile=beside).load("payments", connections=0, seconds=1)
    beside.return_value.__exit__.assert_called_once_with(None, None, None)
    assert result.good > 20


def test_wrk_counts_answers_by_status_and_says_that_its_list_ended(server: Contender, tmp_path: Path) -> None:
    if find_wrk() is None:
        pytest.skip("wrk is not installed, and there is no root or no apt-get to install it with")
    result = drive(server.port, pages(tmp_path, ["jobs"] * 30 + ["nothing"] * 10), connections=1, seconds=1)
    assert result.driver == "wrk"
    assert result.statuses["200"] == 29  # wrk draws the first one only to look at it
    assert result.statuses["404"] >= 10
    assert result.bad >= 10
    assert result.exhausted
