"""What only a real server shows: broken requests, a long wait, the end."""

from __future__ import annotations

import asyncio
import signal

import httpx

from tests.people import People, hired, made
from tests.web_process import WebProcess

HUNG_UP = 0
TOO_LONG = {431, HUNG_UP}  # who keeps writing may find the line dead before reading why


async def test_it_bears_anything_and_ends_well(web: WebProcess) -> None:
    async with httpx.AsyncClient(base_url=web.url, trust_env=False, timeout=60) as http:
        await hostile_bytes(web, http)
        await an_answer_in_flight_is_finished(web, http)


async def an_answer_in_flight_is_finished(web: WebProcess, http: httpx.AsyncClient) -> None:
    alice, bob = await People(http).alice(), await People(http).bob()
    payment = made(await alice.pay((await hired(alice, bob))["id"]), 202)
    held = asyncio.create_task(alice.get(f"/payments/{payment['id']}", headers={"Prefer": "wait=2"}))
    await asyncio.wait([held], timeout=0.3)
    assert await asyncio.to_thread(web.end, signal.SIGTERM) in (0, -signal.SIGTERM)
    assert made(await held, 200)["status"] == "accepted"
    assert {line["role"] for line in web.lines()} == {"web"}
    assert {"/payments", "/payments/{payment_id}"} <= {line.get("route") for line in web.lines()}


async def hostile_bytes(web: WebProcess, http: httpx.AsyncClient) -> None:
    """What only a real server sees: broken requests, endless headers, a body shorter than it says."""
    for raw, statuses in (
        (b"nonsense\r\n\r\n", {400}),
        (b"GET / HTTP/9.9\r\n\r\n", {400, 404, 505}),
        (b"FOO /jobs HTTP/1.1\r\nHost: x\r\n\r\n", {400, 405}),
        (b"GET /jobs\x00 HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
        (b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
        (b"GET /jobs?limit=%ff HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
        (b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: " + b"\xff" * 30 + b"\r\n\r\n", {200, 400}),
        (b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 60_000 + b"\r\n\r\n", {200}),
        (b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-Endless: " + b"x" * 1_000_000, TOO_LONG),
        (b"GET /jobs HTTP/1.1\r\n" + b"X-Many: 1\r\n" * 100_000, TOO_LONG),
        (b"GET /" + b"x" * 1_000_000, TOO_LONG),
        (b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + b" " * 200_000, {400}),
        (b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{}", {413}),
        (b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
        (b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", {400}),
    ):
        status = await asyncio.wait_for(first_status(web, raw), timeout=10)
        assert status in statuses, (raw[:60], status)
    assert (await http.get("/health/ready")).status_code == 200


async def first_status(web: WebProcess, raw: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    try:
        writer.write(raw)
        await writer.drain()
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
    except ConnectionError:
        return HUNG_UP
    return int(line.split()[1]) if line else HUNG_UP
