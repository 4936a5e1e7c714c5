"""Send webhooks: each delivery is a row, signed when it is sent, and retried with a growing pause for three days."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from dataclasses import dataclass

import httpx

from sandbox.faults import Faults, Kind
from sandbox.posting import Lanes
from sandbox.store import Store

AT_ONCE = 32
"""The most deliveries in flight."""
ANSWER_WITHIN_S = 10.0
GIVE_UP_AFTER_MS = 3 * 24 * 3600 * 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go.  The first pause is ``retry_ms``; it doubles up to ``cap_ms``."""

    url: str
    secret: str
    retry_ms: int
    cap_ms: int


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """Return the ``Stripe-Signature`` header of this body, sent at ``timestamp`` (seconds since 1970)."""
    digest = hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def again_at(endpoint: Endpoint, first_at: int, now: int, attempt: int) -> int | None:
    """Return when to retry after the ``attempt``-th failure, or None for never; all times are in milliseconds."""
    at = now + min(endpoint.retry_ms * 2 ** min(attempt - 1, 40), endpoint.cap_ms)
    return at if at - first_at <= GIVE_UP_AFTER_MS else None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Deliveries:
    """The queue of webhooks.  Call ``post`` within the effect's unit of ``Store.write``; ``run`` sends them."""

    def __init__(
        self, store: Store, faults: Faults, endpoint: Endpoint | None, connect: Endpoint | None = None
    ) -> None:
        """Create the queue.  ``connect``: the endpoint for events of connected accounts, with a secret of its own."""
        self._store = store
        self._faults = faults
        self._endpoints = {False: endpoint, True: connect}
        self._wake = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._taken: set[int] = set()

    def post(self, event_id: str, event_type: str, account: str | None = None) -> None:
        if self._endpoints[account is not None] is None:
            return
        now = due = _now_ms()
        if self._faults.draw(Kind.WEBHOOK_LOSE, event_type):
            self._insert(event_id, "lost", now, now)
            return
        if hit := self._faults.draw(Kind.WEBHOOK_DELAY, event_type):
            due += hit.ms
        if hit := self._faults.draw(Kind.WEBHOOK_REORDER, event_type):
            due += int(hit.ms * hit.chance)
        self._insert(event_id, "pending", now, due)
        if hit := self._faults.draw(Kind.WEBHOOK_DUPLICATE, event_type):
            self._insert(event_id, "pending", now, due + hit.ms)
        self._wake.set()

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries by state (pending, delivered, lost, given_up), and of all attempts."""
        states = {"pending": 0, "delivered": 0, "lost": 0, "given_up": 0}
        states.update(dict(self._store.run("SELECT state, count(*) FROM delivery GROUP BY state")))
        attempts = self._store.one("SELECT coalesce(sum(attempts), 0) FROM delivery")
        return {**states, "attempts": attempts[0] if attempts else 0}

    async def run(self) -> None:
        """Send deliveries until cancelled, first those that became due while the sandbox was down."""
        if not any(self._endpoints.values()):
            return
        async with Lanes(ANSWER_WITHIN_S) as lanes:
            try:
                while True:
                    self._wake.clear()
                    await self._store.settled()
                    pause = self._launch(lanes)
                    try:
                        await asyncio.wait_for(self._wake.wait(), pause)
                    except TimeoutError:
                        continue
            finally:
                for task in self._flying:
                    task.cancel()
                await asyncio.gather(*self._flying, return_exceptions=True)

    def _launch(self, lanes: Lanes) -> float | None:
        """Start the due deliveries, up to ``AT_ONCE``; return the seconds until the next, None without one."""
        now = _now_ms()
        rows = self._store.run(
            "SELECT id, next_at, first_at, attempts, event FROM delivery"
            " WHERE state = 'pending' ORDER BY next_at, id LIMIT ?",
            2 * AT_ONCE,
        )
        for row_id, next_at, first_at, attempts, event_id in rows:
            if row_id in self._taken:
                continue
            if len(self._flying) >= AT_ONCE:
                return None
            if next_at > now:
                return float(next_at - now) / 1000
            self._taken.add(row_id)
            body, account = self._store.run("SELECT body, account FROM document WHERE id = ?", event_id)[0]
            endpoint = self._endpoints[account is not None]
            if endpoint is None:
                continue  # from an earlier start, which had this endpoint
            task = asyncio.create_task(self._deliver(lanes, endpoint, row_id, first_at, attempts + 1, bytes(body)))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return None

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("webhook delivery failed inside the sandbox", exc_info=error)

    async def _deliver(
        self, lanes: Lanes, endpoint: Endpoint, row_id: int, first_at: int, attempt: int, body: bytes
    ) -> None:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "stripe-signature": sign(body, endpoint.secret, int(time.time())),
        }
        try:
            try:
                answer = str(await lanes.post(endpoint.url, body, headers))
            except (httpx.HTTPError, TimeoutError) as error:
                answer = type(error).__name__
            await self._record(endpoint, row_id, first_at, attempt, answer)
        finally:
            self._taken.discard(row_id)

    async def _record(self, endpoint: Endpoint, row_id: int, first_at: int, attempt: int, answer: str) -> None:
        now = _now_ms()
        next_at = again_at(endpoint, first_at, now, attempt)
        state = "delivered" if answer.startswith("2") else "given_up" if next_at is None else "pending"
        await self._store.write(
            lambda: self._store.run(
                "UPDATE delivery SET state = ?, attempts = ?, next_at = ?, answer = ? WHERE id = ?",
                state, attempt, next_at or now, answer, row_id,
            )
        )  # fmt: skip

    def _insert(self, event_id: str, state: str, now: int, due: int) -> None:
        self._store.run(
            "INSERT INTO delivery (event, state, first_at, next_at) VALUES (?, ?, ?, ?)", event_id, state, now, due
        )
