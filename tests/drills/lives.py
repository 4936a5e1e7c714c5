"""Bookings that go on after they were paid: the work is done and approved, both speak of it, the worker is paid."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cli.demo.client import Client
from cli.demo.market import GOOD_CARD, Deal
from cli.demo.sessions import Members
from cli.demo.work import Work
from tests.drills.crowd import Unpaid
from tests.drills.look import Look

LOOK_S = 0.25


class Lives:
    """``share``: every third booking, say, goes on; those that were funded before ``over`` come to their approval."""

    def __init__(self, client: Client, members: Members, unpaid: Sequence[Unpaid], seed: int, *, share: int) -> None:
        self.ticks: Counter[str] = Counter()
        self._workers = {id(one.worker): one.worker for one in unpaid}
        self._waiting = {one.booking_id: one for one in unpaid[::share]}
        self._work = Work(client, members, seed, lambda name: self.ticks.update((name,)))
        self.approved: list[str] = []

    async def begin(self) -> None:
        """Nobody is paid out to before the provider knows them."""
        await self._work.onboard_everybody(self._workers.values())

    async def live(self, look: Look, over: asyncio.Event) -> None:
        running: list[asyncio.Task[None]] = []
        while not over.is_set():
            for (booking_id,) in look.rows("SELECT id FROM booking WHERE status = 'funded'"):
                if one := self._waiting.pop(booking_id, None):
                    running.append(asyncio.create_task(self._one(one)))
            await asyncio.sleep(LOOK_S)
        await asyncio.gather(*running)

    async def _one(self, one: Unpaid) -> None:
        await self._work.carry_out(Deal(one.booking_id, one.client, one.worker, GOOD_CARD))
        self.approved.append(one.booking_id)


def paid_out(look: Look) -> bool:
    return look.one("SELECT count(*) FROM payout WHERE status <> 'paid'") == 0


def held_against_the_banks(look: Look, approved: Sequence[str], truth: Mapping[str, Any]) -> None:
    """Every approved booking is one payout, which was moved once, paid once, and posted once."""
    payouts = dict(look.rows("SELECT id, amount_minor FROM payout WHERE status = 'paid'"))
    assert sorted(approved) == [row[0] for row in look.rows("SELECT booking_id FROM payout ORDER BY booking_id")]
    assert len(payouts) == len(approved)
    assert truth["transfers"] == dict.fromkeys(payouts, 1)
    assert truth["payouts_made"] == dict.fromkeys(payouts, 1)
    assert truth["payouts_paid"] == payouts
    posted = look.rows("SELECT cause_id, sum(amount_minor), count(*) FROM transfer WHERE code = 'payout' GROUP BY 1")
    assert {payout: (amount, times) for payout, amount, times in posted} == {
        payout: (amount, 1) for payout, amount in payouts.items()
    }
    doubled = look.rows("SELECT booking_id, author_id, count(*) FROM review GROUP BY 1, 2 HAVING count(*) > 1")
    assert doubled == []
    assert look.one("SELECT count(*) FROM review") == 2 * len(approved)
