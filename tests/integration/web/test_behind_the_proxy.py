"""The application behind the production proxy: a real nginx with our configuration, and production time-outs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from domain.payouts.account_status import record_link
from domain.payouts.accounts.ports import OnboardingLink
from runtime.settings import load
from tests.clock import START
from tests.debian import NoProgram
from tests.integration.web.conftest import SETTINGS, Site, open_site
from tests.integration.web.real_port import Impatient, served
from tests.people import People, made
from tests.proxy import FRONT, Proxy
from web.protocol import HandworkProtocol

HEAD = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
WITHIN_S = 20
PRIVATE_PEER = "127.0.0.9"


@asynccontextmanager
async def proxied(
    site: Site, folder: Path, protocol: type[HandworkProtocol] = HandworkProtocol, front: str = FRONT
) -> AsyncIterator[Proxy]:
    async with served(site, protocol) as port:
        try:
            with Proxy(folder, port, front=front) as proxy:
                yield proxy
        except NoProgram as reason:
            pytest.skip(str(reason))


async def test_a_body_that_comes_drop_by_drop_meets_the_limit_of_the_backend(sqlite_site: Site, tmp_path: Path) -> None:
    """nginx accepts each pause; the backend, which sees each drop, gives the whole request its time and no more."""
    async with proxied(sqlite_site, tmp_path, Impatient) as proxy, asyncio.timeout(WITHIN_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(HEAD)
        reading = asyncio.create_task(reader.readuntil(b"}"))
        while not reading.done():
            writer.write(b" ")
            await asyncio.wait([reading], timeout=0.05)
        head, _, body = (await reading).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["code"] == "request_timeout"


async def test_a_wait_is_held_by_the_proxy_until_there_is_an_answer(sqlite_site: Site, tmp_path: Path) -> None:
    async with (
        proxied(sqlite_site, tmp_path) as proxy,
        httpx.AsyncClient(base_url=proxy.url, trust_env=False, timeout=WITHIN_S) as http,
        asyncio.timeout(WITHIN_S),
    ):
        bob = await People(http).bob()
        account_id = made(await bob.post("/payout-account", {"country": "US"}), 202)["id"]
        waiting = asyncio.create_task(bob.get("/payout-account", headers={"Prefer": "wait=20"}))
        while not sqlite_site.services.waiters._events:  # noqa: ASYNC110 - the waiters have no event for a new waiter
            await asyncio.sleep(0.005)
        assert (await http.get("/jobs")).status_code == httpx.codes.OK
        link = OnboardingLink(url="https://connect.example/1", expires_at=START.replace(minute=5))
        sqlite_site.database.write(lambda c: record_link(c, account_id, link))
        assert made(await waiting, 200)["onboarding_url"] == link.url


@pytest.mark.parametrize("front", [FRONT, "127.0.0.0/8"])
async def test_a_private_peer_that_forges_its_address_is_counted_as_itself(
    sqlite_url: str, tmp_path: Path, front: str
) -> None:
    """The peer changes X-Forwarded-For with each try; clients that the proxy in front names are counted apart.

    It makes no difference to the backend whom nginx believes.
    """
    settings = load({**SETTINGS, "DATABASE_URL": sqlite_url, "ADDRESS_TRIES": "2", "TRUSTED_PROXIES": FRONT})
    async with open_site(settings) as site, proxied(site, tmp_path, front=front) as proxy:

        async def tried(source: str, *forwarded: str) -> list[int]:
            """The statuses of one try for each value of X-Forwarded-For; an empty value sends no header."""
            transport = httpx.AsyncHTTPTransport(local_address=source)
            async with httpx.AsyncClient(base_url=proxy.url, transport=transport, timeout=WITHIN_S) as http:
                headers = [{"X-Forwarded-For": value} if value else {} for value in forwarded]
                answers = [
                    await http.post("/auth/refresh", json={"refresh_token": "x"}, headers=each) for each in headers
                ]
                return [answer.status_code for answer in answers]

        assert await tried(PRIVATE_PEER, "203.0.113.1", "203.0.113.2", "203.0.113.3", "") == [401, 401, 429, 429]
        assert await tried(FRONT, "1.2.3.4, 203.0.113.1", "5.6.7.8, 203.0.113.1", "203.0.113.1") == [401, 401, 429]
        assert await tried(FRONT, "203.0.113.2", PRIVATE_PEER) == [401, 429]
        assert await tried("127.0.0.10", "", "", "") == [401, 401, 429]
