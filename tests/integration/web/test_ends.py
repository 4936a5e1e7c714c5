"""A web process that is told to end: the last answer on each connection says so, before the connection is closed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.web_process import WebProcess

ASK = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
END = b'{"status":"ok"}'
WITHIN_S = 10


class Line:
    """A connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    async def ask(self) -> bytes:
        async with asyncio.timeout(WITHIN_S):
            self.writer.write(ASK)
            return await self._reader.readuntil(END)

    async def rest(self) -> bytes:
        async with asyncio.timeout(WITHIN_S):
            return await self._reader.read()


@pytest.fixture
async def lines(web: WebProcess) -> AsyncIterator[list[Line]]:
    """Three of them."""
    made = [Line(*await asyncio.open_connection("127.0.0.1", web.port)) for _ in range(3)]
    yield made
    for line in made:
        line.writer.close()
        with suppress(ConnectionError):
            await line.writer.wait_closed()


async def refuses(web: WebProcess) -> None:
    """It has stopped to take connections, so it has told those that there are to end."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", web.port)):
                    return
            await asyncio.sleep(0.01)


async def test_who_asks_on_an_idle_connection_is_answered_and_told_that_it_was_the_last(
    web: WebProcess, lines: list[Line]
) -> None:
    used, unused, _ = lines
    assert b"connection: close" not in await used.ask()
    os.kill(web.pid, signal.SIGTERM)
    await refuses(web)
    for line in (used, unused):
        assert b"connection: close" in await line.ask()
        assert await line.rest() == b""


async def test_who_does_not_ask_any_more_holds_nothing_up(web: WebProcess, lines: list[Line]) -> None:
    used, unused, _ = lines
    await used.ask()
    begun = time.monotonic()
    assert await asyncio.to_thread(web.end, signal.SIGTERM) in (0, -signal.SIGTERM)
    assert time.monotonic() - begun < 5
    assert await used.rest() == b""
    assert await unused.rest() == b""


async def test_what_is_begun_is_answered_as_the_last(web: WebProcess, lines: list[Line]) -> None:
    line, other, _ = lines
    await line.ask()
    line.writer.write(ASK[:20])
    await line.writer.drain()
    await other.ask()  # what was written before was read
    os.kill(web.pid, signal.SIGTERM)
    await refuses(web)
    line.writer.write(ASK[20:])
    assert b"connection: close" in await line.rest()
