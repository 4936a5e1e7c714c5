"""The total deadline, and what it knows about the request that it cut."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import httpx
import pytest

from gateways.deadline import DeadlinePassed, anything_sent, watch, within
from gateways.http import UnsafeAddress, check_address

SHORT = timedelta(milliseconds=20)
LONG = timedelta(seconds=5)


async def forever() -> None:
    await asyncio.Event().wait()


def passed(call: Awaitable[object]) -> DeadlinePassed:
    async def run() -> None:
        await within(SHORT, call)

    with pytest.raises(DeadlinePassed) as caught:
        asyncio.run(run())
    return caught.value


def test_a_call_in_time_gives_its_result() -> None:
    async def four() -> int:
        return 4

    async def run() -> int:
        return await within(LONG, four())

    assert asyncio.run(run()) == 4


def test_a_call_that_never_sent_says_so() -> None:
    error = passed(forever())
    assert not error.sent
    assert "0.02 s" in str(error)


def test_a_call_that_sent_says_so() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        await request.extensions["trace"]("connection.connect_tcp.complete", {})
        assert not anything_sent()
        await request.extensions["trace"]("http11.send_request_headers.started", {})
        assert anything_sent()
        await forever()
        raise AssertionError

    async def call() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), event_hooks={"request": [watch]}) as http:
            await http.get("http://127.0.0.1/")

    assert passed(call()).sent


def test_calls_at_once_do_not_see_each_other() -> None:
    async def one(sends: bool) -> bool:
        async def call() -> bool:
            request = httpx.Request("GET", "http://127.0.0.1/")
            await watch(request)
            if sends:
                await request.extensions["trace"]("http2.send_request_headers.started", {})
            await asyncio.sleep(0)
            return anything_sent()

        return await within(LONG, call())

    async def run() -> list[bool]:
        return list(await asyncio.gather(*(one(n % 2 == 0) for n in range(10))))

    assert asyncio.run(run()) == [True, False] * 5


def test_without_a_watch_the_worst_is_assumed() -> None:
    assert anything_sent()


def test_a_timeout_of_the_call_itself_is_not_ours() -> None:
    async def own() -> None:
        raise TimeoutError("inner")

    async def run() -> None:
        await within(LONG, own())

    with pytest.raises(TimeoutError, match="inner"):
        asyncio.run(run())


def test_a_cancelled_call_stays_cancelled() -> None:
    async def run() -> None:
        task = asyncio.create_task(within(LONG, forever()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


@pytest.mark.parametrize("base", ["https://api.stripe.com", "http://127.0.0.1:9", "http://localhost", "http://[::1]:9"])
def test_a_secret_may_go_over_https_or_nowhere_far(base: str) -> None:
    check_address(base)


@pytest.mark.parametrize(
    "base", ["http://api.stripe.com", "http://10.0.0.4", "ftp://x", "api.stripe.com", "", "https://"]
)
def test_a_secret_never_goes_in_the_clear(base: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_address(base)
