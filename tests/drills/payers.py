"""A crowd that pays through several hosts in turn and counts whatever is no 202."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from tests.drills.crowd import Unpaid

AGAIN_AT_MOST = 3
FRESH = "connection.connect_tcp.started"


class Payers:
    """One that loses the connection before a byte of an answer repeats its request, with its key.

    That is ``resets`` when the connection was an idle one, which the server closed at that moment: the client's to
    repeat.  Whatever else happens is in ``failures``.
    """

    def __init__(self, urls: Sequence[str], unpaid: Sequence[Unpaid], per_s: float) -> None:
        self._hosts = [httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) for url in urls]
        self._unpaid = list(unpaid)
        self._per_s = per_s
        self.urls = urls
        self.accepted: dict[str, str] = {}
        """Payments by their bookings."""
        self.failures: list[str] = []
        self.resets = 0
        self.seconds: list[float] = []
        self.closed = Counter[str]()
        """By host: answers that said that they were the last on their connection."""

    async def pay(self, over: asyncio.Event) -> None:
        running = set[asyncio.Task[None]]()
        while self._unpaid and not over.is_set():
            host = self._hosts[len(self.accepted) % len(self._hosts)]
            one = asyncio.create_task(self._pay(host, self._unpaid.pop()))
            running.add(one)
            one.add_done_callback(running.discard)
            await asyncio.sleep(1 / self._per_s)
        await asyncio.gather(*running)
        for host in self._hosts:
            await host.aclose()

    async def _pay(self, host: httpx.AsyncClient, one: Unpaid) -> None:
        headers = {"Authorization": f"Bearer {one.token}", "Idempotency-Key": f"key-{one.booking_id}"}
        body = {"booking_id": one.booking_id, "payment_method": "pm_card_visa"}
        begun = time.perf_counter()
        for _ in range(AGAIN_AT_MOST):
            seen: list[str] = []

            async def trace(event: str, _info: Any, seen: list[str] = seen) -> None:
                seen.append(event)

            try:
                answer = await host.post("/payments", headers=headers, json=body, extensions={"trace": trace})
            except httpx.TransportError as error:
                if FRESH in seen or "http11.receive_response_headers.complete" in seen:
                    self.failures.append(f"{host.base_url}: {error!r}")
                else:
                    self.resets += 1
                continue
            if answer.status_code != httpx.codes.ACCEPTED:
                self.failures.append(f"{host.base_url}: {answer.status_code} {answer.text[:200]}")
            else:
                self.accepted[one.booking_id] = answer.json()["id"]
                self.closed[str(host.base_url)] += answer.headers.get("connection") == "close"
                self.seconds.append(time.perf_counter() - begun)
            return
        self.failures.append(f"{host.base_url}: no answer in {AGAIN_AT_MOST} tries")
