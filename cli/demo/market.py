"""The story: people register, jobs are posted, workers hired, bookings paid."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cli.demo.client import Client
from cli.demo.people import People

PASSWORD = "a demo, not a secret"  # noqa: S105 - it opens nothing but the demo's own accounts
GOOD_CARD = "pm_card_visa"
BAD_CARDS = ("pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds")
SETTLED = frozenset({"captured", "declined", "cancelled"})
SETTLE_WITHIN_S = 150.0
Tick = Callable[[str], None]


@dataclass(slots=True)
class Paid:
    """One payment of the story: what was planned and what became of it."""

    key: str
    booking_id: str
    amount_minor: int
    planned: str
    payment_id: str = ""
    status: str = "not accepted"
    accepted_at: float = 0.0
    settled_after: float | None = None


@dataclass(slots=True)
class Story:
    paid: list[Paid] = field(default_factory=list)
    bookings: list[tuple[str, str, int]] = field(default_factory=list)  # id, the client's token, total


class Market:
    """``clients`` people post ``jobs`` jobs between them; ``bad_share`` of the payments are planned to decline."""

    def __init__(self, client: Client, people: People, seed: int, tick: Tick) -> None:
        self._client = client
        self._people = people
        self._random = random.Random(seed)
        self._tick = tick
        self._at_once = asyncio.Semaphore(16)

    async def hire_everybody(self, jobs: int, clients: int) -> Story:
        """Everything up to the payments: ``jobs`` bookings that wait to be paid."""
        story = Story()
        tokens = await asyncio.gather(*(self._enter("client") for _ in range(clients)))
        workers = await asyncio.gather(*(self._enter("worker") for _ in range(max(1, clients // 2))))
        work = [self._one_job(tokens[n % clients], workers[n % len(workers)]) for n in range(jobs)]
        story.bookings = list(await asyncio.gather(*work))
        return story

    async def pay_everybody(self, story: Story, *, per_second: float, bad_share: float) -> None:
        """Payments begin at an even pace, whatever becomes of the ones before."""
        started = time.monotonic()
        running: list[asyncio.Task[None]] = []
        for n, (booking_id, token, total) in enumerate(story.bookings):
            await asyncio.sleep(max(0.0, started + n / per_second - time.monotonic()))
            bad = self._random.random() < bad_share
            card = self._random.choice(BAD_CARDS) if bad else GOOD_CARD
            key = f"demo-{booking_id}"
            paid = Paid(key, booking_id, total, "declined" if bad else "captured")
            story.paid.append(paid)
            running.append(asyncio.create_task(self._pay(paid, token, card)))
        await asyncio.gather(*running)

    async def _enter(self, role: str) -> str:
        async with self._at_once:
            person = self._people.person()
            body = {"email": person.email, "password": PASSWORD, "name": person.name, "role": role}
            await self._client.post("/auth/register", body, expect=202)
            credentials = {"email": person.email, "password": PASSWORD}
            session = await self._client.post("/auth/login", credentials, expect=200)
            self._tick("people")
            return str(session["access_token"])

    async def _one_job(self, client: str, worker: str) -> tuple[str, str, int]:
        async with self._at_once:
            idea = self._people.job()
            job = await self._client.post(
                "/jobs",
                {
                    "title": idea.title,
                    "description": f"{idea.title} in {idea.city}.",
                    "category": idea.category,
                    "city": idea.city,
                    "budget_minor": idea.budget_minor,
                    "currency": "usd",
                },
                token=client,
                expect=201,
            )
            offer = {"message": "I can do that.", "price_minor": idea.price_minor}
            application = await self._client.post(f"/jobs/{job['id']}/applications", offer, token=worker, expect=201)
            booking = await self._client.post(f"/applications/{application['id']}/hire", None, token=client, expect=201)
            self._tick("hired")
            return booking["id"], client, booking["total_minor"]

    async def _pay(self, paid: Paid, token: str, card: str) -> None:
        body = {"booking_id": paid.booking_id, "provider": "stripe", "payment_method": card}
        accepted = await self._client.post("/payments", body, token=token, key=paid.key, expect=202)
        paid.accepted_at = time.monotonic()
        paid.payment_id, paid.status = accepted["id"], accepted["status"]
        self._tick("accepted")
        while paid.status not in SETTLED and time.monotonic() < paid.accepted_at + SETTLE_WITHIN_S:
            found: dict[str, Any] = await self._client.get(f"/payments/{paid.payment_id}", token=token, wait_s=20)
            paid.status = found["status"]
        if paid.status in SETTLED:
            paid.settled_after = time.monotonic() - paid.accepted_at
        self._tick("settled")
