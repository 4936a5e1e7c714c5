"""Run timed events: money becomes available, payouts arrive, some refunds come back.

Stripe takes days for them; here the sandbox's options decide how long they take.  Each event is a row, so that a kill
loses none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sandbox.posting import now_ms, wake_or_pause
from sandbox.store import Store

log = logging.getLogger(__name__)


class Pace:
    """The queue of timed events.  Call ``later`` within a unit of ``Store.write``; ``run`` applies them."""

    def __init__(self, store: Store, settle_ms: int, payout_ms: int) -> None:
        self.settles_after_s = -(-settle_ms // 1000)
        self._store = store
        self._payout_ms = payout_ms
        self._wake = asyncio.Event()

    def later(self, what: str, thing_id: str, account: str | None) -> None:
        at = now_ms() + self._payout_ms
        self._store.run(
            "INSERT INTO later (at_ms, what, object, account) VALUES (?, ?, ?, ?)", at, what, thing_id, account
        )
        self._wake.set()

    def settle_now(self) -> None:
        """Make all pending money available; call it within a unit of ``Store.write``."""
        self._store.run(
            "UPDATE document SET body = json_set(body, '$.available_on', created)"
            " WHERE kind = 'balance_transaction' AND body ->> '$.available_on' > created"
        )

    async def run(self, go_on: Callable[[str, str], object]) -> None:
        """Run timed events until cancelled, first those that became due while the sandbox was down.

        ``go_on`` (kind, id) applies an event in the transaction that deletes its row."""
        while True:
            self._wake.clear()
            await self._store.settled()
            rows = self._store.run("SELECT id, at_ms, what, object FROM later ORDER BY at_ms, id LIMIT 1")
            if not rows or rows[0][1] > now_ms():
                await wake_or_pause(self._wake, None if not rows else (rows[0][1] - now_ms()) / 1000)
                continue
            await self._do(rows[0][0], rows[0][2], rows[0][3], go_on)

    async def _do(self, row_id: int, what: str, thing_id: str, go_on: Callable[[str, str], object]) -> None:
        def unit() -> None:
            self._strike(row_id)
            go_on(what, thing_id)

        try:
            await self._store.write(unit)
        except Exception:
            log.exception("step %s of %s failed", what, thing_id)
            await self._store.write(lambda: self._strike(row_id))

    def _strike(self, row_id: int) -> None:
        self._store.run("DELETE FROM later WHERE id = ?", row_id)
