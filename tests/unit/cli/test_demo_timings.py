"""The demo says what its slowest request was, and why."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from cli.demo.client import Client
from cli.demo.timings import Timing, histogram, slowest


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing("POST", "/auth/login", 4.2, 3, web_was_starting=True), "4200 ms, POST /auth/login: waited for web to"),
        (Timing("POST", "/auth/login", 0.08), "80 ms, POST /auth/login: hashed a password"),
        (Timing("POST", "/auth/login", 0.08, 7), "hashed a password, beside 7 other requests"),
        (Timing("GET", "/jobs", 3.0, web_was_lost=True), "GET /jobs: the web was lost and came back meanwhile"),
        (Timing("POST", "/jobs", 0.02, 15), "read or wrote the database, beside 15 other requests"),
    ],
)
def test_the_slowest_is_named_with_its_reason(timing: Timing, words: str) -> None:
    assert words in slowest([Timing("GET", "/me", 0.001), timing])


def test_the_histogram_has_a_line_for_each_bound_that_was_met() -> None:
    timings = [Timing("GET", "/me", seconds) for seconds in (0.0005, 0.002, 0.004, 0.004, 0.004, 0.004, 0.5, 7.0)]
    lines = [line.split() for line in histogram(timings).splitlines()]
    assert [(sign, bound, count) for sign, bound, _, _, count in lines] == [
        ("≤", "2", "2"),
        ("≤", "5", "4"),
        ("≤", "500", "1"),
        (">", "1000", "1"),
    ]
    assert [len(bar) for _, _, _, bar, _ in lines] == [12, 24, 6, 6]
    assert (histogram([]), slowest([])) == ("-", "-")


def test_only_the_first_requests_wait_for_the_web() -> None:
    async def play() -> list[Timing]:
        both = asyncio.Barrier(2)

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/together":
                await both.wait()
            return httpx.Response(200, json={})

        client = Client("http://handwork.test", httpx.MockTransport(answer), web_is_starting=True)
        await asyncio.gather(client.get("/together"), client.get("/together"))
        await client.get("/jobs")
        await client.close()
        return client.timings

    found = asyncio.run(play())
    assert [timing.web_was_starting for timing in found] == [True, True, False]
    assert sorted(timing.beside for timing in found) == [0, 0, 1]
