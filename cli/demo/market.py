"""Play the story up to the payment: people register, clients post jobs, hire workers and pay."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from cli.demo.client import Client
from cli.demo.names import JobIdea, People
from cli.demo.sessions import Member, Members

GOOD_CARD = "pm_card_visa"
BAD_CARDS = ("pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds")
SETTLED = frozenset({"captured", "declined", "cancelled"})
SETTLE_WITHIN_S = 150.0
WAIT_S = 5
"""Seconds that a GET may wait: a longer one would rarely get an answer while chaos kills the web tier repeatedly."""
Tick = Callable[[str], None]


@dataclass(slots=True)
class Deal:
    """A booking and its payment, with the planned and the actual outcome."""

    booking_id: str
    client: Member
    worker: Member
    card: str
    payment_id: str = ""
    status: str = "not accepted"
    accepted_at: float = 0.0
    settled_after: float | None = None

    @property
    def planned(self) -> str:
        return "captured" if self.card == GOOD_CARD else "declined"

    @property
    def key(self) -> str:
        return f"demo-{self.booking_id}"


@dataclass(slots=True)
class Story:
    clients: list[Member] = field(default_factory=list)
    workers: list[Member] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)


class Market:
    """Plays the clients: ``clients`` people post ``jobs`` jobs; ``bad_share`` of the payments should be declined."""

    def __init__(self, client: Client, people: People, members: Members, seed: int, tick: Tick) -> None:
        self._client = client
        self._people = people
        self._members = members
        self._random = random.Random(seed)
        self._tick = tick
        self._at_once = asyncio.Semaphore(16)

    async def hire_everybody(self, jobs: int, clients: int, bad_share: float) -> Story:
        """Play everything up to the payments; return a story with ``jobs`` unpaid bookings."""
        story = Story()
        story.clients = list(await asyncio.gather(*(self._enter("client") for _ in range(clients))))
        story.workers = list(await asyncio.gather(*(self._enter("worker") for _ in range(workers_for(clients)))))
        plans = [(self._people.job(), self._card(bad_share)) for _ in range(jobs)]
        work = [
            self._hire(idea, card, story.clients[n % clients], story.workers[n % len(story.workers)])
            for n, (idea, card) in enumerate(plans)
        ]
        story.deals = list(await asyncio.gather(*work))
        return story

    async def pay_everybody(
        self, deals: Sequence[Deal], *, per_second: float, then: Callable[[Deal], Awaitable[None]]
    ) -> None:
        """Start payments at an even pace, even when earlier ones have not settled; call ``then`` after each capture."""
        started = time.monotonic()
        running: list[asyncio.Task[None]] = []
        for n, deal in enumerate(deals):
            await asyncio.sleep(max(0.0, started + n / per_second - time.monotonic()))
            running.append(asyncio.create_task(self._pay_and_go_on(deal, then)))
        await asyncio.gather(*running)

    def _card(self, bad_share: float) -> str:
        return self._random.choice(BAD_CARDS) if self._random.random() < bad_share else GOOD_CARD

    async def _enter(self, role: str) -> Member:
        member = await self._members.enter(role)
        self._tick("people")
        return member

    async def _hire(self, idea: JobIdea, card: str, client: Member, worker: Member) -> Deal:
        async with self._at_once:
            job = {
                "title": idea.title,
                "description": f"{idea.title} in {idea.city}.",
                "category": idea.category,
                "city": idea.city,
                "budget_minor": idea.budget_minor,
                "currency": "usd",
            }
            posted = await self._client.post("/jobs", job, token=await self._members.token(client), expect=201)
            offer = {"message": "I can do that.", "price_minor": idea.price_minor}
            application = await self._client.post(
                f"/jobs/{posted['id']}/applications", offer, token=await self._members.token(worker), expect=201
            )
            booking = await self._client.post(
                f"/applications/{application['id']}/hire", None, token=await self._members.token(client), expect=201
            )
            self._tick("hired")
            return Deal(booking["id"], client, worker, card)

    async def _pay_and_go_on(self, deal: Deal, then: Callable[[Deal], Awaitable[None]]) -> None:
        await self._pay(deal)
        if deal.status == "captured":
            await then(deal)

    async def _pay(self, deal: Deal) -> None:
        body = {"booking_id": deal.booking_id, "provider": "stripe", "payment_method": deal.card}
        token = await self._members.token(deal.client)
        accepted = await self._client.post("/payments", body, token=token, key=deal.key, expect=202)
        deal.accepted_at = time.monotonic()
        deal.payment_id, deal.status = accepted["id"], accepted["status"]
        self._tick("accepted")
        while deal.status not in SETTLED and time.monotonic() < deal.accepted_at + SETTLE_WITHIN_S:
            token = await self._members.token(deal.client)
            found = await self._client.get(f"/payments/{deal.payment_id}", token=token, wait_s=WAIT_S)
            deal.status = found["status"]
        if deal.status in SETTLED:
            deal.settled_after = time.monotonic() - deal.accepted_at
        self._tick("settled")


def workers_for(clients: int) -> int:
    """Return the number of workers: one for two clients."""
    return max(1, clients // 2)
