"""Play the story after the payment: work, approval, both reviews, and the payout."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from cli.demo.client import Client, GaveUp
from cli.demo.market import WAIT_S, Deal, Tick
from cli.demo.sessions import Member, Members

BANK = "000123456789"
LOOK_S = 0.5
ONBOARD_WITHIN_S = 150.0
PAID_WITHIN_S = 240.0
CHANGES_SHARE = 0.1
PRAISE = ("Quick and clean.", "Came on time, and it works.", "Friendly; would do it again.", "All as agreed.")
OVER = frozenset({"paid", "failed", "returned"})


class Work:
    def __init__(self, client: Client, members: Members, seed: int, tick: Tick) -> None:
        self._client = client
        self._members = members
        self._random = random.Random(seed)
        self._tick = tick
        self._at_once = asyncio.Semaphore(32)
        self._unpaid: dict[str, tuple[Member, float]] = {}

    async def onboard_everybody(self, workers: Iterable[Member]) -> None:
        await asyncio.gather(*(self._onboard(worker) for worker in workers))

    async def carry_out(self, deal: Deal) -> None:
        """Play a booking from start to approval, then both reviews; one in ten first needs changes."""
        booking, client, worker = f"/bookings/{deal.booking_id}", deal.client, deal.worker
        async with self._at_once:
            await self._step(f"{booking}/start", worker)
            await self._step(f"{booking}/complete", worker, {"note": "Done."})
            if self._random.random() < CHANGES_SHARE:
                await self._step(f"{booking}/request-changes", client, {"note": "The last bit, please."})
                await self._step(f"{booking}/complete", worker, {"note": "Now it is."})
            await self._step(f"{booking}/approve", client)
            self._unpaid[deal.booking_id] = (worker, time.monotonic() + PAID_WITHIN_S)
            self._tick("approved")
            for author in (client, worker):
                review = {"rating": self._random.choice((3, 4, 5, 5)), "text": self._random.choice(PRAISE)}
                await self._step(f"{booking}/reviews", author, review, expect=201)
                self._tick("reviewed")

    async def watch_payouts(self, all_approved: asyncio.Event) -> None:
        """Wait until every payout is over, or its time is up."""
        while self._unpaid or not all_approved.is_set():
            for worker in {id(member): member for member, _ in self._unpaid.values()}.values():
                await self._look_at_payouts(worker)
            now = time.monotonic()
            self._unpaid = {booking: (who, until) for booking, (who, until) in self._unpaid.items() if until > now}
            await asyncio.sleep(LOOK_S)

    async def _look_at_payouts(self, worker: Member) -> None:
        """Read the list of a worker's payouts, newest first, until it has shown all that are awaited."""
        waited_for = {booking for booking, (who, _) in self._unpaid.items() if who is worker}
        cursor = ""
        while waited_for:
            page = await self._get(f"/payouts?limit=100{cursor}", worker)
            for payout in page["items"]:
                waited_for.discard(payout["booking_id"])
                if payout["status"] in OVER and payout["booking_id"] in self._unpaid:
                    del self._unpaid[payout["booking_id"]]
                    self._tick("paid out")
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    async def _onboard(self, worker: Member) -> None:
        """Create a payout account, submit the bank on the provider's page, and wait until the account is ready."""
        async with self._at_once:
            token = await self._members.token(worker)
            await self._client.post("/payout-account", {"country": "US"}, token=token, expect=(200, 202))
            account = await self._account(worker, lambda found: found["onboarding_url"])
            page = httpx.URL(account["onboarding_url"])
            await self._client.submit_form(str(page.copy_with(path=f"{page.path}/answer", query=None)), {"bank": BANK})
            await self._account(worker, lambda found: found["status"] == "ready")
            self._tick("onboarded")

    async def _account(self, worker: Member, is_wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        deadline = time.monotonic() + ONBOARD_WITHIN_S
        while time.monotonic() < deadline:
            found = await self._get("/payout-account", worker, wait_s=WAIT_S)
            if is_wanted(found):
                return found
            await asyncio.sleep(LOOK_S)
        raise GaveUp(f"{worker.email}: the payout account is {found['status']} after {ONBOARD_WITHIN_S:.0f} s")

    async def _get(self, path: str, member: Member, *, wait_s: int = 0) -> dict[str, Any]:
        return await self._client.get(path, token=await self._members.token(member), wait_s=wait_s)

    async def _step(self, path: str, member: Member, body: dict[str, Any] | None = None, *, expect: int = 200) -> None:
        await self._client.step(path, body, token=await self._members.token(member), expect=expect)
