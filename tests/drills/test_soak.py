"""Half of what the platform can do, for minutes, while others die around it: nothing grows, and all is done at the end.

How much it can do is measured first.  Provider calls fail and webhooks are lost, doubled and reordered; a worker, a
prefork child, beat, the sandbox and the broker are killed again and again, and the broker at times forgets all it had.
Those that are not killed are looked at every few seconds.  With ``--minutes`` the drill fails when their memory, open
files or threads grew, or the log; without it these figures are printed, because they depend on the machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import closing
from typing import Any

import pytest

from cli.demo.client import Client
from cli.stack.stack import Stack
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Crowd, enter
from tests.drills.hunter import Hunter
from tests.drills.look import Look, wait_for
from tests.drills.samples import Samples
from tests.drills.test_chaos import FAULTS, Payments, held_against_itself, held_against_the_sandbox, sandbox, settled

ASKED_FOR = os.environ.get("DRILL_MINUTES")
MINUTES = float(ASKED_FOR or 2)
BURST = 400
BURST_PER_S = 1_000.0
MOST_PER_S = 40.0
PIECE_S = 2.0
HUNTED = ("worker-payments-0", "prefork child", "beat", "sandbox", "broker")
SPARED = ("web", "relay", "worker-payments-1", "worker-webhooks", "worker-notifications", "worker-maintenance")
PAUSE_S = (8.0, 20.0)
"""Between two kills: who meets a dead provider too often waits for longer than the drill does."""
SAMPLES = 40
WARM_S = min(120.0, MINUTES * 30)
MORE_MEMORY = 1.05
MORE_FILES = 10
"""Connections to a broker that was just killed are not there; what is left open by each task would be hundreds."""
MORE_THREADS = 2
LONGEST_LOG_MB = 80
DRAINED_WITHIN_S = 120.0
BEFOREHAND_S = 120.0
LONG_SESSION = {"ACCESS_TOKEN_SECONDS": "86400"}


class Market:
    """Bookings that are made and paid for, at a pace, until ``close``."""

    def __init__(self, crowd: Crowd, payments: Payments) -> None:
        self._crowd = crowd
        self._payments = payments

    async def half_of_the_most(self, look: Look) -> float:
        """Bookings a second: how long it takes until all is done that comes of many at once."""
        started = time.monotonic()
        await self._payments.pay_steadily(iter(await self._crowd.book(BURST)), BURST_PER_S, asyncio.Event())
        await asyncio.to_thread(wait_for, lambda: settled(look), BEFOREHAND_S, "the burst is done", look.story)
        most = BURST / (time.monotonic() - started)
        print(f"{BURST} bookings at once were made, paid for and done at {most:.1f} a second")
        return min(most / 2, MOST_PER_S)

    async def go_on(self, per_s: float, over: asyncio.Event) -> None:
        """What is made is paid for while the next are made; all is answered when this returns."""
        size = max(1, int(per_s * PIECE_S))
        coming, paying = asyncio.create_task(self._crowd.book(size)), list[asyncio.Task[None]]()
        while not over.is_set():
            unpaid = iter(await coming)
            coming = asyncio.create_task(self._crowd.book(size))
            paying.append(asyncio.create_task(self._payments.pay_steadily(unpaid, per_s, over)))
            await asyncio.sleep(size / per_s)
        await asyncio.gather(coming, *paying)


async def soak(stack: Stack, look: Look, seed: int) -> tuple[Payments, Samples, Hunter]:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    payments = Payments(client, (), seed)
    market = Market(await enter(client, stack.settings().database), payments)
    per_s = await market.half_of_the_most(look)
    for kind, rate, operation in FAULTS:
        sandbox(stack, "POST", "/sandbox/faults", {"kind": kind, "rate": rate, "operation": operation, "seed": seed})
    hunter = Hunter(stack, client, seed, sys.maxsize, kinds=HUNTED, pause_s=PAUSE_S)
    samples, over = Samples(stack, SPARED), asyncio.Event()
    print(f"{per_s:.1f} a second for {MINUTES:g} minutes", flush=True)
    going = asyncio.create_task(market.go_on(per_s, over))
    hunter.start()
    deadline = time.monotonic() + MINUTES * 60
    while time.monotonic() < deadline:
        await asyncio.sleep(MINUTES * 60 / SAMPLES)
        await asyncio.to_thread(samples.take, look)
    hunter.stop.set()
    await asyncio.to_thread(hunter.join)
    over.set()
    await going
    await client.close()
    return payments, samples, hunter


def growth(samples: Samples) -> dict[str, Any]:
    """The processes that grew, with their figures, and the log's largest size where it is too large."""
    grown: dict[str, Any] = {}
    for name in SPARED:
        memory = samples.floors(name, WARM_S, lambda one: one.rss_mb)
        files = samples.floors(name, WARM_S, lambda one: one.files)
        threads = samples.floors(name, WARM_S, lambda one: one.threads)
        print(f"{name}: RSS {memory[0]:.1f} to {memory[1]:.1f} MB, files {files}, threads {threads}")
        if (
            memory[1] > memory[0] * MORE_MEMORY
            or files[1] > files[0] + MORE_FILES
            or threads[1] > threads[0] + MORE_THREADS
        ):
            grown[name] = memory, files, threads
    log_mb = max(one.log_mb for one in samples.taken)
    print(f"the log: at most {log_mb:.0f} MB")
    if log_mb >= LONGEST_LOG_MB:
        grown["log"] = log_mb
    return grown


@pytest.mark.timeout(MINUTES * 60 + 900)
def test_half_of_the_load_it_can_carry_is_all_done(start_stack: StackMaker, drill_seed: int) -> None:
    stack = start_stack(copies={"worker-payments": 2}, environment=LONG_SESSION)
    with closing(Look(stack)) as look:
        payments, samples, hunter = asyncio.run(soak(stack, look, drill_seed))
        sandbox(stack, "DELETE", "/sandbox/faults")
        print(f"payments begun {payments.begun}, answered {len(payments.answered)}; kills {dict(hunter.kills)}")
        print(samples.table())
        took = wait_for(lambda: settled(look), DRAINED_WITHIN_S, "every row done and every payment settled", look.story)
        print(f"drained {took:.0f} s after the last")
        held_against_the_sandbox(look, payments, sandbox(stack, "GET", "/sandbox/effects"))
        held_against_itself(look, stack)
    assert hunter.failure is None
    assert all(hunter.kills[kind] for kind in HUNTED)
    grown = growth(samples)
    if ASKED_FOR:
        assert grown == {}
