"""The power is cut, again and again, in the middle of payments: what was answered is there, and all goes on by itself.

The data folder is on a disk that loses, at a cut, what was not flushed, and keeps of that a part by chance.  The
sandbox's and the broker's files are on it too.  The disk dies at a block that is drawn, every process is killed -9,
what was not flushed is lost, and the platform is started again.  Then the world is held against what was answered.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from cli.demo.client import Client
from cli.stack.processes import processes_of, wait_until_gone
from cli.stack.stack import Stack
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Unpaid, unpaid_bookings
from tests.drills.look import Look, wait_for
from tests.drills.test_chaos import FAULTS, Payments, held_against_itself, held_against_the_sandbox, sandbox, settled
from tests.postgres import PostgresServer
from tests.volatile_disk.disk import NoVolatileDisk, VolatileDisk

MEGABYTES = 512
CUTS = 4
BEFORE_S = (1.0, 4.0)
PER_S = 40.0
PAYMENTS = 800
WRITES = 60
"""So many blocks are written in a fraction of a second."""
GONE_WITHIN_S = 20.0
SETTLE_WITHIN_S = 120.0


@pytest.fixture
def disk(tmp_path: Path, postgres: PostgresServer | None) -> Iterator[VolatileDisk]:
    """Where ``start_stack`` puts the first stack's data."""
    if postgres is not None:
        pytest.skip("a server's database is not in the data folder")
    disk = VolatileDisk(tmp_path / "stack0", tmp_path / "disk", MEGABYTES)
    try:
        disk.make()
        disk.mount()
    except NoVolatileDisk as reason:
        pytest.skip(str(reason))
    yield disk
    disk.unmount()


class Power:
    """What the stack and its disk run on."""

    def __init__(self, stack: Stack, disk: VolatileDisk, payments: Payments, left: Iterator[Unpaid], seed: int) -> None:
        self._stack = stack
        self._disk = disk
        self._payments = payments
        self._left = left
        self._chance = random.Random(seed)

    async def cut_and_restore(self) -> None:
        """At a moment and a block that are drawn, under load."""
        over, before = asyncio.Event(), len(self._payments.answered)
        paying = asyncio.create_task(self._payments.pay_steadily(self._left, PER_S, over))
        await asyncio.sleep(self._chance.uniform(*BEFORE_S))
        await asyncio.to_thread(self._cut)
        answered = set(self._payments.answered.values())
        over.set()
        started = time.monotonic()
        await asyncio.to_thread(self._stack.start)
        print(
            f"       {len(answered) - before} payments answered before; up again in {time.monotonic() - started:.0f} s"
        )
        look = Look(self._stack)
        lost = answered - {row[0] for row in look.rows("SELECT id FROM payment")}
        look.close()
        assert not lost, f"{len(lost)} payments were answered, and are lost"
        assert len(answered) > before
        await paying

    def _cut(self) -> None:
        home, writes = self._stack.home, self._chance.randrange(WRITES)
        running = [*filter(None, (self._stack.supervisord.pid,)), *processes_of(home)]
        self._disk.cut(writes)
        kill(running)
        lost = self._disk.lose(self._chance.randrange(10**6))
        kill(processes_of(home))  # what was being started at that moment
        assert wait_until_gone(running, GONE_WITHIN_S)
        print(f"cut {writes} writes later, {len(running)} processes killed; in the cache were {lost.writes} writes, ")
        print(f"       {lost.survived} of whose {lost.sectors} sectors were on the disk")
        self._disk.mount()


def kill(pids: list[int]) -> None:
    """The manager first, who would start the others again."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def storm(stack: Stack, disk: VolatileDisk, seed: int) -> Payments:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    unpaid = await unpaid_bookings(client, stack.settings().database, PAYMENTS)
    for kind, rate, operation in FAULTS:
        sandbox(stack, "POST", "/sandbox/faults", {"kind": kind, "rate": rate, "operation": operation, "seed": seed})
    payments = Payments(client, unpaid, seed)
    power = Power(stack, disk, payments, iter(unpaid), seed)
    for _ in range(CUTS):
        await power.cut_and_restore()
    await client.close()
    return payments


@pytest.mark.timeout(900)
def test_what_was_answered_survives_the_power_and_all_goes_on(
    disk: VolatileDisk, start_stack: StackMaker, drill_seed: int
) -> None:
    stack = start_stack(copies={"worker-payments": 2})
    secrets = stack.values["JWT_SECRET_KEY"]
    payments = asyncio.run(storm(stack, disk, drill_seed))
    sandbox(stack, "DELETE", "/sandbox/faults")
    print(f"payments begun {payments.begun}, answered {len(payments.answered)}")
    with closing(Look(stack)) as look:
        took = wait_for(lambda: settled(look), SETTLE_WITHIN_S, "every row done and every payment settled", look.story)
        print(f"settled {took:.0f} s after the last")
        held_against_the_sandbox(look, payments, sandbox(stack, "GET", "/sandbox/effects"))
        held_against_itself(look, stack)
    assert stack.values["JWT_SECRET_KEY"] == secrets, "who was logged in still is"
