"""Many bookings that wait to be paid: accounts over HTTP, the rest by the use cases, in bulk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cli.demo.client import Client
from domain.applications.submit import submit
from domain.bookings.hire import hire
from domain.bookings.quote import Fees
from domain.cause import Cause
from domain.database import Connection
from domain.jobs.post import NewJob, post
from runtime.clock import system_clock
from runtime.database import open_database
from runtime.ids import new_id

PASSWORD = "correct horse battery"
PRICE = 5_000
AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Unpaid:
    booking_id: str
    token: str
    amount_minor: int = PRICE


async def unpaid_bookings(client: Client, database_url: str, count: int, clients: int = 5) -> list[Unpaid]:
    people = [await _enter(client, "client") for _ in range(clients)]
    worker_id, _ = await _enter(client, "worker")
    return await asyncio.to_thread(_hire, database_url, people, worker_id, count)


async def _enter(client: Client, role: str) -> tuple[str, str]:
    email = f"{new_id('p')}@example.com"
    body = {"email": email, "password": PASSWORD, "name": "Somebody", "role": role}
    await client.post("/auth/register", body, expect=202)
    session = await client.post("/auth/login", {"email": email, "password": PASSWORD}, expect=200)
    return session["account"]["id"], session["access_token"]


def _hire(url: str, people: Sequence[tuple[str, str]], worker_id: str, count: int) -> list[Unpaid]:
    database = open_database(url)

    def unit(connection: Connection, first: int) -> list[Unpaid]:
        now = system_clock()
        worker = Cause(now, worker_id, "cor_crowd", new_id)
        made = []
        for n in range(first, min(first + AT_ONCE, count)):
            account_id, token = people[n % len(people)]
            client = Cause(now, account_id, "cor_crowd", new_id)
            job = post(connection, client, NewJob(f"Job {n}", "To be done.", "plumbing", "Berlin", PRICE, "usd"))
            offer = submit(connection, worker, job.id, message="Me.", price_minor=PRICE)
            made.append(Unpaid(hire(connection, client, offer.id, Fees(0, 1000)).id, token))
        return made

    try:
        return [u for first in range(0, count, AT_ONCE) for u in database.write(lambda c, f=first: unit(c, f))]
    finally:
        database.close()
