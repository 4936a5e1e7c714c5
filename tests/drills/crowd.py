"""Many bookings that wait to be paid: accounts over HTTP, the rest by the use cases, in bulk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cli.demo.client import Client
from cli.demo.names import People
from cli.demo.sessions import Member, Members
from domain.bookings.hire import hire
from domain.bookings.quote import Fees
from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications.submit import submit
from domain.marketplace.jobs.post import NewJob, post
from runtime.clock import system_clock
from runtime.database import open_database
from runtime.ids import new_id

PRICE = 5_000
AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Unpaid:
    booking_id: str
    client: Member
    worker: Member
    amount_minor: int = PRICE

    @property
    def token(self) -> str:
        """The client's, of the beginning; good for some minutes."""
        return self.client.token


def members_of(client: Client) -> Members:
    return Members(client, People(0, f"{new_id('p')}-"))


async def unpaid_bookings(client: Client, database_url: str, count: int) -> list[Unpaid]:
    return await (await enter(client, database_url)).book(count)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Clients and workers, with their ids."""

    database_url: str
    clients: Sequence[tuple[str, Member]]
    workers: Sequence[tuple[str, Member]]

    async def book(self, count: int) -> list[Unpaid]:
        """So many bookings more."""
        return await asyncio.to_thread(_hire, self.database_url, self.clients, self.workers, count)


async def enter(client: Client, database_url: str) -> Crowd:
    members = members_of(client)
    clients = [await _enter(client, members, "client") for _ in range(5)]
    workers = [await _enter(client, members, "worker") for _ in range(3)]
    return Crowd(database_url, clients, workers)


async def _enter(client: Client, members: Members, role: str) -> tuple[str, Member]:
    member = await members.enter(role)
    return (await client.get("/me", token=member.token))["id"], member


def _hire(
    url: str, people: Sequence[tuple[str, Member]], workers: Sequence[tuple[str, Member]], count: int
) -> list[Unpaid]:
    database = open_database(url)

    def unit(connection: Connection, first: int) -> list[Unpaid]:
        now = system_clock()
        made = []
        for n in range(first, min(first + AT_ONCE, count)):
            (client_id, alice), (worker_id, bob) = people[n % len(people)], workers[n % len(workers)]
            client, worker = (Cause(now, who, "cor_crowd", new_id) for who in (client_id, worker_id))
            job = post(connection, client, NewJob(f"Job {n}", "To be done.", "plumbing", "Berlin", PRICE, "usd"))
            offer = submit(connection, worker, job.id, message="Me.", price_minor=PRICE)
            made.append(Unpaid(hire(connection, client, offer.id, Fees(0, 1000)).id, alice, bob))
        return made

    try:
        return [u for first in range(0, count, AT_ONCE) for u in database.write(lambda c, f=first: unit(c, f))]
    finally:
        database.close()
