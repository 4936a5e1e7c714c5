"""Clients that hang up in the middle, or send so slowly that it has no end: over real sockets."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from tests.integration.web.conftest import Site, web_process
from tests.integration.web.real_port import served
from tests.problems import assert_problem
from tests.web_process import WebProcess
from web.protocol import HandworkProtocol

HEAD = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n"
HALF_HEAD = HEAD[:40]
WITHIN_S = 10


async def answered(port: int, *pieces: bytes) -> httpx.Response:
    """What a client is told that writes these, and then waits."""
    answer = await said_to(port, *pieces)
    assert answer is not None, "the line was closed without a word"
    return answer


async def said_to(port: int, *pieces: bytes, every_s: float = 0.0) -> httpx.Response | None:
    """As ``answered``; None when the line was closed without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.read())  # to the end: whoever is too slow is hung up on
    try:
        for piece in pieces:
            if not reading.done():
                writer.write(piece)
                await asyncio.wait([reading], timeout=every_s)
        async with asyncio.timeout(WITHIN_S):
            raw = await reading
    except ConnectionResetError:
        return None
    finally:
        writer.close()
    return answer_of(raw)


def answer_of(raw: bytes) -> httpx.Response | None:
    if not raw:
        return None
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)


async def test_half_a_body_is_not_waited_for_without_end(sqlite_site: Site) -> None:
    async with served(sqlite_site) as port:
        answer = await answered(port, HEAD + b'{"email": ')
    problem = assert_problem(answer, 408, "request_timeout")
    assert answer.headers["connection"] == "close"
    (line,) = map(json.loads, sqlite_site.lines)
    assert (line["status"], line["route"]) == (408, "/auth/login")
    assert line["correlation_id"] == problem["correlation_id"]


async def test_trickling_buys_no_time(sqlite_site: Site) -> None:
    """Each byte of a head, of a body, and of a body that nobody reads."""
    unread = b"GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n"
    async with served(sqlite_site) as port, asyncio.timeout(WITHIN_S):
        trickle = [b" "] * 30
        body, head, after = await asyncio.gather(
            said_to(port, HEAD, *trickle, every_s=0.02),
            said_to(port, HALF_HEAD, *[b"x"] * 30, every_s=0.02),
            said_to(port, unread, *trickle, every_s=0.02),
        )
    for slow in (body, head):
        if slow is not None:  # who keeps writing may find the line dead before reading why
            assert_problem(slow, 408, "request_timeout")
    if after is not None:
        assert after.status_code == 200


async def test_half_a_head_is_told_so_and_silence_is_not_answered(sqlite_site: Site) -> None:
    async with served(sqlite_site) as port:
        half, nothing = await asyncio.gather(answered(port, HALF_HEAD), said_to(port))
    assert_problem(half, 408, "request_timeout")
    assert nothing is None


LARGE = b"GET /schema-assets/swagger-editor-es-bundle.js.map HTTP/1.1\r\nHost: x\r\n\r\n"
"""Eight MB: more than all that lies between us can hold."""


async def test_who_does_not_take_the_answer_is_hung_up_on(sqlite_site: Site) -> None:
    async with served(sqlite_site) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(LARGE)
        async with asyncio.timeout(WITHIN_S):
            while await is_open(writer):  # noqa: ASYNC110 - a line that dies tells only who writes to it
                await asyncio.sleep(0.02)
        writer.close()


async def is_open(writer: asyncio.StreamWriter) -> bool:
    try:
        writer.write(b"\r\n")
        await writer.drain()
    except ConnectionError:
        return False
    return True


async def test_the_end_does_not_wait_for_who_does_not_take_the_answer(sqlite_site: Site) -> None:
    class Patient(HandworkProtocol):
        end_within_s = 0.2

    async with served(sqlite_site, Patient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(LARGE)
        assert await reader.readexactly(1) == b"H"
        begun = time.monotonic()
    assert time.monotonic() - begun < WITHIN_S
    writer.close()


async def test_the_time_runs_from_the_first_byte_of_each_request(sqlite_site: Site) -> None:
    """A connection that was open for longer than a request may take serves another one, in pieces."""

    class Patient(HandworkProtocol):
        receive_within_s = 1.0

    whole = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    async with served(sqlite_site, Patient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.monotonic()
        while time.monotonic() < begun + 1.5:  # much longer than one of them may take
            writer.write(whole[:20])
            await asyncio.sleep(0.05)
            writer.write(whole[20:])
            async with asyncio.timeout(WITHIN_S):
                assert await reader.readuntil(b'{"status":"ok"}')
        writer.close()


async def test_a_malformed_request_is_refused_with_a_problem(sqlite_site: Site) -> None:
    async with served(sqlite_site) as port:
        for raw in (b"nonsense\r\n\r\n", b"GET /jobs HTTP/1.1\r\nno colon\r\n\r\n", b"FOO /jobs HTTP/1.1\r\n\r\n"):
            assert_problem(await answered(port, raw), 400, "malformed_http")
        head = b"GET /jobs HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 65_600
        line = b"GET /jobs?q=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        for raw in (head, line):
            assert_problem(await answered(port, raw), 431, "head_too_large")


async def test_who_hangs_up_is_no_fault_of_ours(tmp_path: Path, sqlite_url: str) -> None:
    shared = tmp_path / "metrics"
    shared.mkdir()
    folder = str(shared)
    async with web_process(tmp_path, sqlite_url, METRICS_DIR=folder, PROMETHEUS_MULTIPROC_DIR=folder) as web:
        _, writer = await asyncio.open_connection("127.0.0.1", web.port)
        writer.write(HEAD + b'{"email": ')
        await writer.drain()
        writer.close()
        line = await noted(web, "/auth/login")
        assert (line["status"], line["level"]) == (499, "info")
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]  # theirs
        counts = generate_latest(registry).decode()
        assert 'http_request_seconds_count{method="POST",route="/auth/login",status="499"} 1.0' in counts
        assert 'status="5' not in counts
        assert all(each["level"] in ("info", "debug") for each in web.lines())


async def test_the_end_does_not_wait_for_half_requests(web: WebProcess) -> None:
    async with AsyncExitStack() as stack:
        readers = []
        for raw in (HEAD, HEAD + b'{"email": ', HALF_HEAD, b""):
            for _ in range(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
                stack.callback(writer.close)
                writer.write(raw)
                await writer.drain()
                readers.append(reader)
        await settled(web)
        begun = time.monotonic()
        assert await asyncio.to_thread(web.end, signal.SIGTERM) in (0, -signal.SIGTERM)
        assert time.monotonic() - begun < WITHIN_S
        answers = [answer_of(await reader.read()) for reader in readers]
    assert [a.status_code if a else None for a in answers] == [408] * 15 + [None] * 5


async def settled(web: WebProcess) -> None:
    """It has read what was written before: it answers what came after."""
    async with httpx.AsyncClient(base_url=web.url, trust_env=False) as http:
        assert (await http.get("/health/live")).status_code == 200


async def noted(web: WebProcess, route: str) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            for line in web.lines():
                if line.get("route") == route:
                    return line
            await asyncio.sleep(0.02)
