"""The disk is full for a while in the middle of payments: nothing ends, and with room again all goes on by itself.

The data folder is on a small file system of its own.  It is filled to the last byte while provider calls are under
way, and kept full while clients go on asking.  Then some processes are killed, so that they have to begin without
room.  When there is room again, the world is held against what was answered.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo.client import Client
from cli.stack.stack import Stack
from runtime.database.engine import connect_sqlite, sqlite_path
from runtime.database.turnstile import Turnstile
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Unpaid, unpaid_bookings
from tests.drills.look import Look, wait_for
from tests.drills.test_chaos import Payments, held_against_itself, held_against_the_sandbox, sandbox, settled
from tests.postgres import PostgresServer
from tests.small_disk import NoSmallDisk, SmallDisk

MEGABYTES = 64
PAYMENTS = 120
BEFORE_S = 2.0
CUT_WITHIN_S = 20.0
REFUSED_WITHIN_S = 30.0
FULL_S = 12.0
BACK_WITHIN_S = 60.0
AFTER_S = 2.0
SETTLE_WITHIN_S = 60.0
ASK_S = 0.1
AT_ONCE = 3
REFUSED = "503 storage_full"
LONG = "To be done. " * 400
SLOW = {"kind": "latency", "rate": 1.0, "ms": 700, "operation": "payment_intents.create"}
KILLED = ("web", "relay", "beat", "worker-payments-0")


@pytest.fixture
def small_disk(tmp_path: Path, postgres: PostgresServer | None) -> Iterator[SmallDisk]:
    """Where ``start_stack`` puts the first stack's data; but the sandbox's are elsewhere, as a provider's are."""
    if postgres is not None:
        pytest.skip("a server's database is not in the data folder")
    disk = SmallDisk(tmp_path / "stack0", MEGABYTES)
    try:
        disk.mount()
    except NoSmallDisk as reason:
        pytest.skip(str(reason))
    (tmp_path / "provider").mkdir()
    (disk.folder / "sandbox").symlink_to(tmp_path / "provider")
    yield disk
    disk.unmount()


class Asker:
    """Asks all the time, each request once, and counts the answers: what a client sees that does not try again."""

    def __init__(self, stack: Stack, unpaid: Unpaid) -> None:
        self._http = httpx.AsyncClient(base_url=stack.values["WEB_PUBLIC_URL"], timeout=10)
        self._unpaid = unpaid
        self._headers = {"Authorization": f"Bearer {unpaid.token}"}
        self.reads: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()

    async def ask_until(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self.ask()
            await asyncio.sleep(ASK_S)

    async def ask(self) -> None:
        job = {"title": "Job", "description": LONG, "category": "plumbing", "city": "Berlin", "budget_minor": 5_000}
        reads = await asyncio.gather(self._send("GET", "/jobs"), self._send("GET", self._booking))
        self.reads.update(reads)
        self.writes.update(await asyncio.gather(*(self._send("POST", "/jobs", job) for _ in range(AT_ONCE))))

    def forget(self) -> None:
        self.reads.clear()
        self.writes.clear()

    async def close(self) -> None:
        await self._http.aclose()

    @property
    def _booking(self) -> str:
        return f"/bookings/{self._unpaid.booking_id}"

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> str:
        try:
            answer = await self._http.request(method, path, headers=self._headers, json=body)
        except httpx.TransportError as error:
            return type(error).__name__
        return f"{answer.status_code} {answer.json()['code']}" if answer.is_error else str(answer.status_code)


async def until(condition: Callable[[], bool], within_s: float, what: str, story: Callable[[], str] = str) -> None:
    await asyncio.to_thread(wait_for, condition, within_s, what, story)


def cut_the_log(stack: Stack) -> None:
    """A log that was longer once is written over, and wants no room for a while."""
    path = sqlite_path(stack.settings().database)
    driver, turnstile = connect_sqlite(path), Turnstile(path)

    def is_cut() -> bool:
        with turnstile:
            ((busy, _, _),) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not busy

    wait_for(is_cut, CUT_WITHIN_S, "the log is cut")
    turnstile.close()
    driver.close()


async def through_the_full_disk(stack: Stack, disk: SmallDisk, look: Look, payments: Payments, asker: Asker) -> int:
    """How many rows were at work when the first write was refused."""
    paid, asked, before = asyncio.Event(), asyncio.Event(), stack.pids()
    paying = asyncio.create_task(payments.pay_until(paid))
    await asyncio.sleep(BEFORE_S)
    await asyncio.to_thread(cut_the_log, stack)
    disk.fill()
    asking = asyncio.create_task(asker.ask_until(asked))
    await until(lambda: REFUSED in asker.writes, REFUSED_WITHIN_S, "a write is refused", lambda: str(asker.writes))
    at_work = int(look.one("SELECT count(*) FROM outbox WHERE status = 'running' AND task = 'payments.submit'"))
    asker.forget()
    await asyncio.sleep(FULL_S)
    asked.set()
    await asking
    print(f"while it was full: reads {dict(asker.reads)}, writes {dict(asker.writes)}; {at_work} at work")
    assert asker.reads.keys() == {"200"}
    assert asker.writes.keys() == {REFUSED}
    assert without_workers(stack.pids()) == without_workers(before), "nobody else ended"
    said = await asyncio.to_thread(status_of, stack)
    assert f"The disk is full, and writes are refused: 0.0 MiB free for {stack.home}." in said
    await begin_without_room(stack, asker)
    disk.free()
    await asyncio.sleep(AFTER_S)
    paid.set()
    await paying
    return at_work


def needs_no_broker(name: str) -> bool:
    """The broker keeps a file, and refuses its clients without room for that: Celery's workers end, and are started
    again until it takes messages."""
    return not name.startswith("worker-")


def without_workers(pids: Mapping[str, int]) -> dict[str, int]:
    return {name: pid for name, pid in pids.items() if needs_no_broker(name)}


def status_of(stack: Stack) -> str:
    environment = {**os.environ, "HANDWORK_HOME": str(stack.home)}
    command = [sys.executable, "-m", "cli", "status"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout


async def begin_without_room(stack: Stack, asker: Asker) -> None:
    """Whoever is killed now is back, and answers what is asked."""
    killed = {name: stack.pids()[name] for name in KILLED}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)

    def are_back() -> bool:
        now = {p.name: p for p in stack.status()}
        return all(now[n].pid not in (0, pid) and now[n].state == "RUNNING" for n, pid in killed.items() if n in now)

    await until(are_back, BACK_WITHIN_S, "those that were killed run again")
    deadline = time.monotonic() + BACK_WITHIN_S
    asker.forget()
    while "200" not in asker.reads or REFUSED not in asker.writes:
        assert time.monotonic() < deadline, f"reads {asker.reads}, writes {asker.writes}"
        await asker.ask()


async def storm(stack: Stack, disk: SmallDisk, look: Look, seed: int) -> tuple[Payments, int]:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    other, *unpaid = await unpaid_bookings(client, stack.settings().database, PAYMENTS)
    sandbox(stack, "POST", "/sandbox/faults", SLOW)
    payments, asker = Payments(client, unpaid, seed), Asker(stack, other)
    at_work = await through_the_full_disk(stack, disk, look, payments, asker)
    await asker.close()
    await client.close()
    return payments, at_work


@pytest.mark.timeout(300)
def test_a_full_disk_ends_nothing_and_all_goes_on_when_there_is_room(
    small_disk: SmallDisk, start_stack: StackMaker, drill_seed: int
) -> None:
    stack = start_stack(copies={"worker-payments": 2}, environment={"JOBS_AN_HOUR": "100000"})
    with closing(Look(stack)) as look:
        manager, before = stack.supervisord.pid, stack.pids()
        payments, at_work = asyncio.run(storm(stack, small_disk, look, drill_seed))
        ended = {name for name, pid in before.items() if stack.pids().get(name) != pid}
        print(f"payments begun {payments.begun}, answered {len(payments.answered)}; ended: {sorted(ended)}")
        took = wait_for(lambda: settled(look), SETTLE_WITHIN_S, "every row done and every payment settled", look.story)
        print(f"settled {took:.0f} s after there was room")
        held_against_the_sandbox(look, payments, sandbox(stack, "GET", "/sandbox/effects"))
        held_against_itself(look, stack)
    assert stack.supervisord.pid == manager
    assert set(filter(needs_no_broker, ended)) == set(filter(needs_no_broker, KILLED)), "nobody else"
    assert at_work > 0
