"""Two web processes on one database: whatever comes to both at once has one effect."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.clock import system_clock
from runtime.database import Database, open_database
from tests.contents import contents
from tests.people import PASSWORD, People, Person, applied, hired, made, posted
from tests.problems import assert_problem
from tests.story import tasks_of
from tests.stripe_webhooks import event_body, signature
from tests.web_process import WebProcess

AT_ONCE = 50


class Pair:
    """``doors`` are clients of the two processes."""

    def __init__(self, webs: list[WebProcess], doors: list[httpx.AsyncClient], database: Database) -> None:
        self.webs = webs
        self.doors = doors
        self.database = database
        self.people = People(doors[0])

    def rows(self, table: str) -> list[Any]:
        return contents(self.database)[table]

    async def at_once(
        self, ask: Callable[[httpx.AsyncClient], Coroutine[Any, Any, httpx.Response]]
    ) -> list[httpx.Response]:
        """Fifty times, by turns at both doors."""
        return await asyncio.gather(*(ask(door) for door in islice(cycle(self.doors), AT_ONCE)))


@pytest.fixture
async def pair(tmp_path: Path, database_url: str, anyio_backend: str) -> AsyncIterator[Pair]:
    webs = [WebProcess(tmp_path, database_url) for _ in range(2)]
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(asyncio.to_thread(web.start) for web in webs))
        for web in webs:
            stack.callback(web.end, signal.SIGTERM)
        limits = httpx.Limits(max_connections=AT_ONCE)
        doors = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=web.url, trust_env=False, timeout=60, limits=limits)
            )
            for web in webs
        ]
        database = open_database(database_url)
        stack.callback(database.close)
        yield Pair(webs, doors, database)


async def test_fifty_at_once_have_one_effect(pair: Pair) -> None:
    alice, bob = await asyncio.gather(pair.people.alice(), pair.people.bob())
    await the_same_webhook(pair)
    await the_same_payment(pair, alice, bob)
    await one_booking_paid_with_many_keys(pair, alice, bob)
    await two_hires(pair, alice, bob)
    await the_same_application(pair, alice, bob)
    await the_same_refresh(pair, alice)
    assert [line for web in pair.webs for line in web.lines() if line["level"] not in ("info", "debug")] == []


async def the_same_webhook(pair: Pair) -> None:
    body = event_body("evt_1")
    headers = {"Stripe-Signature": signature(body, system_clock())}
    answers = await pair.at_once(lambda door: door.post("/webhooks/stripe", content=body, headers=headers))
    assert [a.status_code for a in answers] == [200] * AT_ONCE
    assert sum(a.json()["new"] for a in answers) == 1
    assert len(pair.rows("inbox")) == 1
    rows = tasks_of(pair.database, "webhooks.process")
    assert len(rows) == 1


async def the_same_payment(pair: Pair, alice: Person, bob: Person) -> None:
    booking = await hired(alice, bob)
    answers = await pair.at_once(lambda door: replace(alice, http=door).pay(booking["id"], key="once"))
    assert [a.status_code for a in answers] == [202] * AT_ONCE, [a.text for a in answers if a.status_code != 202]
    assert len({a.json()["id"] for a in answers}) == 1
    assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    assert len(pair.rows("payment")) == len(pair.rows("idempotency_key")) == 1
    rows = tasks_of(pair.database, "payments.submit")
    assert len(rows) == 1


async def one_booking_paid_with_many_keys(pair: Pair, alice: Person, bob: Person) -> None:
    before = len(pair.rows("payment"))
    booking = await hired(alice, bob)
    keys = iter(range(AT_ONCE))
    answers = await pair.at_once(lambda door: replace(alice, http=door).pay(booking["id"], key=f"many-{next(keys)}"))
    assert sorted(a.status_code for a in answers) == [202] + [409] * (AT_ONCE - 1)
    assert len(pair.rows("payment")) == before + 1


async def two_hires(pair: Pair, alice: Person, bob: Person) -> None:
    charlie = await pair.people.charlie("worker")
    for _ in range(5):
        job = await posted(alice)
        offers = [await applied(worker, job["id"]) for worker in (bob, charlie)]
        hires = (
            replace(alice, http=door).post(f"/applications/{offer['id']}/hire")
            for door, offer in zip(pair.doors, offers, strict=True)
        )
        won, lost = sorted(await asyncio.gather(*hires), key=lambda a: a.status_code)
        assert made(won)["job_id"] == job["id"]
        assert_problem(lost, 409, "already_hired")


async def the_same_application(pair: Pair, alice: Person, bob: Person) -> None:
    job = await posted(alice)
    answers = await pair.at_once(
        lambda door: replace(bob, http=door).post(
            f"/jobs/{job['id']}/applications", {"message": "Me.", "price_minor": 100}
        )
    )
    assert sorted(a.status_code for a in answers) == [201] + [409] * (AT_ONCE - 1)


async def the_same_refresh(pair: Pair, alice: Person) -> None:
    """At once, and again when the winner has had its answer."""
    login = {"email": alice.email, "password": PASSWORD}
    token = made(await pair.doors[0].post("/auth/login", json=login), 200)["refresh_token"]
    for _ in range(2):
        body = {"refresh_token": token}
        answers = [*await pair.at_once(lambda door, body=body: door.post("/auth/refresh", json=body))]
        answers += await pair.at_once(lambda door, body=body: door.post("/auth/refresh", json=body))
        assert sorted(a.status_code for a in answers) == [200] + [409] * (2 * AT_ONCE - 1)
        (token,) = (a.json()["refresh_token"] for a in answers if a.status_code == 200)


async def test_one_is_killed_and_the_other_goes_on(pair: Pair) -> None:
    alice, bob = await asyncio.gather(pair.people.alice(), pair.people.bob())
    booking = await hired(alice, bob)
    other = replace(alice, http=pair.doors[1])
    asking = [asyncio.create_task(posted(alice)) for _ in range(20)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    pair.webs[0].end(signal.SIGKILL)
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(e, dict | httpx.TransportError) for e in ended), ended
    payment = made(await other.pay(booking["id"], key="k"), 202)
    assert made(await other.pay(booking["id"], key="k"), 202)["id"] == payment["id"]
    kept = {row[0] for row in pair.rows("job")}
    answered = {job["id"] for job in ended if isinstance(job, dict)}
    assert answered
    assert answered <= kept
    for job_id in answered:
        assert (await other.get(f"/jobs/{job_id}")).status_code == 200
