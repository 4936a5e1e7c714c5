"""Kill everything while 300 payments and more go through: nothing is lost, nothing is doubled.

Web, relay, every Celery worker process and a prefork child, beat, sandbox and broker are killed -9 while
they have work in hand, the broker at times losing all it held; so is PostgreSQL, where that is the database.
Provider calls fail, some after their effect; webhooks are lost, doubled and reordered.  Some bookings go on to
the payout of their workers.  At the end a worker sleeps past its leases and wakes beside the one that took over.
Then the world is held against what we answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

import httpx
import pytest

from cli.demo.client import Client
from cli.stack.stack import Stack
from domain.oversight.ledger_checks.invariants import breaches
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.control import set_paused
from domain.platform.outbox.enqueue import enqueue
from runtime.clock import system_clock
from runtime.database import open_database
from runtime.database.errors import UNAVAILABLE
from tests.clock import Clock
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Unpaid, members_of, unpaid_bookings
from tests.drills.freezer import wake_beside_the_one_that_took_over
from tests.drills.hunter import Hunter
from tests.drills.lives import Lives, held_against_the_banks, paid_out
from tests.drills.look import Look, wait_for
from tests.postgres import PostgresServer
from tests.story import cause_of

FIRST_WAVE = 300
FIRST_PER_S = 30.0
THEN_PER_S = 4.0
MOST = 3_000
ONE_IN = 3  # goes on to its payout
HITS_OF_EACH_KIND = 6
LONGEST_S = 420.0
WAKINGS = 2
TRIES = 8
FEW = 10
SLOW = ("payment_intents.create", "payment_intents.retrieve", "payment_intents.list")
SLOW_MS = 1_000
SETTLE_WITHIN_S = 120.0
DECLINED = "pm_card_visa_chargeDeclined"
LATE = ("effect_without_answer", "error", "error_stored", "reset")
FAULTS = (
    ("effect_without_answer", 0.03, "payment_intents.create"),
    ("error", 0.02, "payment_intents.create"),
    ("error_stored", 0.02, "payment_intents.create"),
    ("reset", 0.02, "payment_intents.create"),
    ("too_many_requests", 0.01, "payment_intents.create"),
    *((kind, 0.03, step) for step in ("transfers.create", "payouts.create") for kind in LATE),
    ("webhook_lose", 0.1, None),
    ("webhook_duplicate", 0.1, None),
    ("webhook_reorder", 0.1, None),
)
WITHOUT_SUCCESSOR = """
    SELECT outbox_id, n FROM attempt AS late WHERE detail LIKE 'late: %' AND NOT EXISTS (
        SELECT 1 FROM attempt AS next WHERE next.outbox_id = late.outbox_id AND next.n > late.n
        AND next.started_at >= late.started_at + ?)"""


def sandbox(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    """The sandbox may be dead at the moment: ask until it answers."""
    answers: list[httpx.Response] = []

    def ask() -> bool:
        try:
            answers.append(httpx.request(method, f"{stack.values['SANDBOX_URL']}{path}", json=body, timeout=10))
        except httpx.TransportError:
            return False
        return answers[-1].is_success

    wait_for(ask, 60, f"the sandbox answers {method} {path}: {answers and answers[-1].text}")
    return answers[-1].json() if answers[-1].content else None


class Payments:
    """Pays booking after booking, every answer kept: the payment's id by booking."""

    def __init__(self, client: Client, unpaid: Sequence[Unpaid], seed: int) -> None:
        self._client = client
        self._unpaid = unpaid
        self._random = random.Random(seed)
        self.answered: dict[str, str] = {}
        self.begun = 0

    async def pay_until(self, over: asyncio.Event) -> None:
        running: list[asyncio.Task[None]] = []
        for n, unpaid in enumerate(self._unpaid):
            if over.is_set() and n >= FIRST_WAVE:
                break
            self.begun += 1
            running.append(asyncio.create_task(self._pay(unpaid)))
            await asyncio.sleep(1 / (FIRST_PER_S if n < FIRST_WAVE else THEN_PER_S))
        await asyncio.gather(*running)

    async def pay_steadily(self, left: Iterator[Unpaid], per_s: float, over: asyncio.Event) -> None:
        """Those that are left, until it is over; each that was begun is answered when this returns."""
        running: list[asyncio.Task[None]] = []
        while not over.is_set() and (unpaid := next(left, None)):
            self.begun += 1
            running.append(asyncio.create_task(self._pay(unpaid)))
            await asyncio.sleep(1 / per_s)
        await asyncio.gather(*running)

    async def _pay(self, unpaid: Unpaid) -> None:
        method = DECLINED if self._random.random() < 0.1 else "pm_card_visa"
        body = {"booking_id": unpaid.booking_id, "payment_method": method}
        key = f"key-{unpaid.booking_id}"
        answer = await self._client.post("/payments", body, token=unpaid.token, key=key, expect=202)
        self.answered[unpaid.booking_id] = answer["id"]


async def keep_maintenance_busy(url: str, over: asyncio.Event) -> None:
    """Reconciliation runs every 20 s; here many times a second, so that its processes have work when they die."""
    database = open_database(url)
    try:
        while not over.is_set():
            cause = cause_of(Clock(system_clock()), "system")
            with suppress(*UNAVAILABLE):  # its server was killed
                await database.write_async(lambda c, cause=cause: enqueue(c, cause, FetchEvents(provider="stripe")))
            await asyncio.sleep(0.25)
    finally:
        database.close()


async def storm(
    stack: Stack, seed: int, postgres: PostgresServer | None
) -> tuple[Payments, Hunter, Client, Lives, list[int]]:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    url = stack.settings().database
    unpaid = await unpaid_bookings(client, url, MOST)
    for kind, rate, operation in FAULTS:
        sandbox(stack, "POST", "/sandbox/faults", {"kind": kind, "rate": rate, "operation": operation, "seed": seed})
    payments, over = Payments(client, unpaid, seed), asyncio.Event()
    lives, look = Lives(client, members_of(client), unpaid, seed, share=ONE_IN), Look(stack)
    await lives.begin()
    hunter = Hunter(stack, client, seed, HITS_OF_EACH_KIND, postgres)
    busy = asyncio.create_task(keep_maintenance_busy(url, over))
    paying = asyncio.create_task(payments.pay_until(over))
    living = asyncio.create_task(lives.live(look, over))
    hunter.start()
    deadline = time.monotonic() + LONGEST_S
    while hunter.is_alive() and time.monotonic() < deadline and not paying.done():  # noqa: ASYNC110 - a thread ends, not a task
        await asyncio.sleep(0.2)
    hunter.stop.set()
    await asyncio.to_thread(hunter.join)
    woken = await asyncio.to_thread(wake, stack)
    over.set()
    await asyncio.gather(paying, busy, living)
    look.close()
    await client.close()
    return payments, hunter, client, lives, woken


def wake(stack: Stack) -> list[int]:
    """So many rows were in another's hands, each time that a worker woke.

    What the storm has left is done first, or who takes over would come to those rows last.  No news of the payments
    comes meanwhile, or he would have nothing to ask and be done at once.
    """
    look, woken = Look(stack), list[int]()
    wait_for(lambda: due_payments(look) <= FEW, SETTLE_WITHIN_S, "few tasks of payments wait", look.story)
    pause_webhooks(stack, paused=True)
    for operation in SLOW:
        fault = {"kind": "latency", "rate": 1.0, "ms": SLOW_MS, "operation": operation}
        sandbox(stack, "POST", "/sandbox/faults", fault)
    for _ in range(TRIES):
        if len(woken) < WAKINGS and (rows := wake_beside_the_one_that_took_over(stack, look, "worker-payments-1")):
            woken.append(rows)
    pause_webhooks(stack, paused=False)
    look.close()
    return woken


def due_payments(look: Look) -> int:
    sql = "SELECT count(*) FROM outbox WHERE queue = 'payments' AND status IN ('pending', 'sent') AND run_at <= ?"
    return int(look.one(sql, time.time_ns() // 1000))


def pause_webhooks(stack: Stack, *, paused: bool) -> None:
    database = open_database(stack.settings().database)
    cause = cause_of(Clock(system_clock()), "system")
    database.write(lambda c: set_paused(c, cause, "webhooks", paused=paused, reason="drill"))
    database.close()


@pytest.mark.timeout(1200)
def test_nothing_is_lost_or_doubled_whatever_dies(
    start_stack: StackMaker, drill_seed: int, postgres: PostgresServer | None
) -> None:
    stack = start_stack(copies={"worker-payments": 2})
    payments, hunter, client, lives, woken = asyncio.run(storm(stack, drill_seed, postgres))
    faults = sandbox(stack, "GET", "/sandbox/faults")
    sandbox(stack, "DELETE", "/sandbox/faults")
    print(f"payments begun {payments.begun}, answered {len(payments.answered)}, repeated {client.unanswered}")
    print(f"after the payment: {dict(lives.ticks)}")
    print(f"rows in another's hands when a worker woke: {woken}")
    print(f"kills {dict(hunter.kills)}\nhits {dict(hunter.hits)}, the broker forgot {hunter.flushes} times")
    print(f"faults {[(f['kind'], f['hits']) for f in faults['active']]}")

    with closing(Look(stack)) as look:
        took = wait_for(lambda: settled(look), SETTLE_WITHIN_S, "every row done and every payment settled", look.story)
        print(f"settled {took:.0f} s after the last fault")
        held_against_the_sandbox(look, payments, sandbox(stack, "GET", "/sandbox/effects"))
        held_against_the_banks(look, lives.approved, sandbox(stack, "GET", "/sandbox/effects/paid-out"))
        held_against_itself(look, stack)

    assert hunter.failure is None
    short = {kind: hunter.hits[kind] for kind in hunter.kinds if hunter.hits[kind] < HITS_OF_EACH_KIND}
    assert not short, f"hit too seldom with work in hand: {short}"
    assert len(woken) == WAKINGS


def settled(look: Look) -> bool:
    unsettled = look.one("SELECT count(*) FROM payment WHERE settled_at IS NULL")
    return look.open_rows() == 0 and unsettled == 0 and paid_out(look)


def held_against_the_sandbox(look: Look, payments: Payments, effects: dict[str, Any]) -> None:
    """Every 202 is one charge, or a recorded refusal and none."""
    statuses = dict(look.rows("SELECT id, status FROM payment"))
    charges: dict[str, int] = effects["by_payment"]
    assert len(payments.answered) == payments.begun
    assert sorted(payments.answered.values()) == sorted(statuses), "one payment for each booking that was paid"
    wrong = {
        payment_id: (statuses[payment_id], charges.get(payment_id, 0))
        for payment_id in payments.answered.values()
        if (statuses[payment_id], charges.get(payment_id, 0)) not in (("captured", 1), ("declined", 0))
    }
    assert not wrong
    assert effects["charges"] == sum(status == "captured" for status in statuses.values())
    assert effects["amount"] == look.one("SELECT sum(amount_minor) FROM transfer WHERE code = 'capture'")


def held_against_itself(look: Look, stack: Stack) -> None:
    """The ledger, the inbox, the notifications; no row is left running or dead (``settled`` saw the first)."""
    database = open_database(stack.settings().database)
    assert database.read(breaches) == []
    database.close()
    captured = look.one("SELECT count(*) FROM payment WHERE status = 'captured'")
    assert look.one("SELECT count(*) FROM transfer WHERE code = 'capture'") == captured
    assert look.one("SELECT count(*) FROM transfer WHERE code = 'provider_fee'") == captured
    assert look.one("SELECT count(*) FROM booking WHERE status IN ('funded', 'approved')") == captured
    assert look.one("SELECT count(*) FROM notification WHERE kind = 'payment.captured'") == captured
    assert look.one("SELECT count(*) FROM notification WHERE kind = 'booking.funded'") == captured
    assert look.one("SELECT count(*) FROM inbox WHERE handled_at IS NULL") == 0
    payloads = look.rows("SELECT payload FROM inbox WHERE provider = 'stripe'")
    events = len({json.loads(row[0])["id"] for row in payloads})
    assert len(payloads) == events, "an event is taken in once"
    tasks = look.one("SELECT count(*) FROM outbox WHERE task = 'webhooks.process' AND args LIKE '%\"stripe\"%'")
    assert tasks == events, "an event is one task"
    assert look.rows("SELECT id, task, error FROM outbox WHERE status = 'dead'") == []
    lease_us = stack.settings().lease_ms * 1000
    assert look.rows(WITHOUT_SUCCESSOR, lease_us) == [], "a lease is lost only to somebody who claimed a lapsed one"
