"""Send webhooks: each delivery is a row, signed when it is sent, and retried with a growing pause for three days."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time

from sandbox.faults import Faults
from sandbox.posting import STATES, Endpoint, Lanes, deliveries_of, now_ms, state_after, wake_or_pause
from sandbox.store import Store

AT_ONCE = 32
"""The most deliveries in flight."""
GIVE_UP_AFTER_MS = 3 * 24 * 3600 * 1000

log = logging.getLogger(__name__)


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """Return the ``Stripe-Signature`` header of this body, sent at ``timestamp`` (seconds since 1970)."""
    digest = hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


class Deliveries:
    """The queue of webhooks.  Call ``post`` within the effect's unit of ``Store.write``; ``run`` sends them."""

    def __init__(
        self, store: Store, faults: Faults, endpoint: Endpoint[str] | None, connect: Endpoint[str] | None = None
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
        now = now_ms()
        for state, due in deliveries_of(self._faults, event_type, now):
            self._store.run(
                "INSERT INTO delivery (event, state, first_at, next_at) VALUES (?, ?, ?, ?)", event_id, state, now, due
            )
        self._wake.set()

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries by state (pending, delivered, lost, given_up), and of all attempts."""
        states = dict.fromkeys(STATES, 0) | dict(self._store.run("SELECT state, count(*) FROM delivery GROUP BY state"))
        attempts = self._store.one("SELECT coalesce(sum(attempts), 0) FROM delivery")
        return {**states, "attempts": attempts[0] if attempts else 0}

    async def run(self) -> None:
        """Send deliveries until cancelled, first those that became due while the sandbox was down."""
        if not any(self._endpoints.values()):
            return
        async with Lanes() as lanes:
            try:
                while True:
                    self._wake.clear()
                    await self._store.settled()
                    await wake_or_pause(self._wake, self._launch(lanes))
            finally:
                for task in self._flying:
                    task.cancel()
                await asyncio.gather(*self._flying, return_exceptions=True)

    def _launch(self, lanes: Lanes) -> float | None:
        """Start the due deliveries, up to ``AT_ONCE``; return the seconds until the next, None without one."""
        now = now_ms()
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
        self, lanes: Lanes, endpoint: Endpoint[str], row_id: int, first_at: int, attempt: int, body: bytes
    ) -> None:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "stripe-signature": sign(body, endpoint.secret, int(time.time())),
        }
        try:
            answer = await lanes.post(endpoint.url, body, headers)
            await self._record(endpoint, row_id, first_at, attempt, answer)
        finally:
            self._taken.discard(row_id)

    async def _record(self, endpoint: Endpoint[str], row_id: int, first_at: int, attempt: int, answer: str) -> None:
        now = now_ms()
        next_at = endpoint.again_at(first_at, now, attempt, GIVE_UP_AFTER_MS)
        await self._store.write(
            lambda: self._store.run(
                "UPDATE delivery SET state = ?, attempts = ?, next_at = ?, answer = ? WHERE id = ?",
                state_after(answer, next_at), attempt, next_at or now, answer, row_id,
            )
        )  # fmt: skip
