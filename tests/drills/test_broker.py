"""The broker goes away for a minute, and loses its memory: requests do not notice, the backlog drains by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from contextlib import closing

import httpx
import pytest
import redis

from cli.demo.client import Client
from cli.stack.stack import Stack
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Unpaid, unpaid_bookings
from tests.drills.freezer import others_can_write, put_to_sleep
from tests.drills.look import Look, wait_for

PER_S = 10.0
DOWN_S = 60.0
BEFORE_S = 15.0
RESUME_WITHIN_S = 60.0
AFTER_FLUSH_S = 10.0


async def pay(client: Client, unpaid: list[Unpaid], per_s: float, for_s: float) -> list[float]:
    """Pay at an even pace; the seconds that each request took."""
    before = len(client.timings)
    running = []
    for n in range(int(per_s * for_s)):
        one = unpaid.pop()
        body = {"booking_id": one.booking_id, "payment_method": "pm_card_visa"}
        key = f"key-{one.booking_id}"
        running.append(asyncio.create_task(client.post("/payments", body, token=one.token, key=key, expect=202)))
        await asyncio.sleep(1 / per_s)
        if n % 50 == 0:
            await asyncio.gather(*running)
            running.clear()
    await asyncio.gather(*running)
    return [timing.seconds for timing in client.timings[before:]]


def p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


def settled(look: Look) -> bool:
    return look.open_rows() == 0 and look.one("SELECT count(*) FROM payment WHERE status <> 'captured'") == 0


async def through_the_outage(stack: Stack, look: Look) -> tuple[list[float], list[float], int]:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    count = int(PER_S * (BEFORE_S + DOWN_S)) + 10
    unpaid = await unpaid_bookings(client, stack.settings().database, count)
    well = await pay(client, unpaid, PER_S, BEFORE_S)
    await asyncio.to_thread(wait_for, lambda: settled(look), 60, "all is paid before the outage")
    await asyncio.to_thread(stack.supervised.stop, "broker")
    down = await pay(client, unpaid, PER_S, DOWN_S)
    repeated = client.unanswered
    await client.close()
    return well, down, repeated


@pytest.mark.timeout(400)
def test_a_minute_without_a_broker_is_not_noticed_by_requests_and_drains_by_itself(start_stack: StackMaker) -> None:
    stack = start_stack()
    with closing(Look(stack)) as look:
        well, down, repeated = asyncio.run(through_the_outage(stack, look))
        waiting = look.open_rows()
        stack.supervised.start("broker")
        took = wait_for(lambda: settled(look), RESUME_WITHIN_S, "the backlog is done", look.story)
        print(f"requests: p50 {statistics.median(well) * 1000:.1f} ms, p99 {p99(well) * 1000:.1f} ms before;")
        print(f"          p50 {statistics.median(down) * 1000:.1f} ms, p99 {p99(down) * 1000:.1f} ms without a broker")
        print(f"{waiting} rows waited and were done {took:.1f} s after the broker came back")

    assert repeated == 0
    assert len(down) == int(PER_S * DOWN_S)
    assert waiting >= len(down)
    # A request never publishes, so it never waits for a time-out of the broker's client, which takes a second.
    assert statistics.median(down) < 1


@pytest.mark.timeout(300)
def test_a_broker_that_was_emptied_holds_nothing_up_for_more_than_ten_seconds(start_stack: StackMaker) -> None:
    stack = start_stack()
    with closing(Look(stack)) as look:
        flushes = asyncio.run(pay_while_flushing(stack))
        took = wait_for(lambda: settled(look), AFTER_FLUSH_S, "work goes on after the last flush")
        print(f"{flushes} flushes; done {took:.1f} s after the last")
    assert flushes >= 5


def delete_everything(broker: redis.Redis) -> None:
    """FLUSHALL is refused to the broker's password; deleting key by key is not."""
    if keys := list(broker.scan_iter(count=1000)):
        broker.delete(*keys)


async def pay_while_flushing(stack: Stack) -> int:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    unpaid = await unpaid_bookings(client, stack.settings().database, 120)
    broker = redis.Redis.from_url(stack.values["BROKER_URL"])
    paying = asyncio.create_task(pay(client, unpaid, 20.0, 5.0))
    flushes = 0
    while not paying.done():
        delete_everything(broker)
        flushes += 1
        await asyncio.sleep(0.7)
    delete_everything(broker)
    await paying
    await client.close()
    broker.close()
    return flushes


@pytest.mark.timeout(300)
def test_the_work_of_a_killed_worker_goes_on(start_stack: StackMaker) -> None:
    stack = start_stack()
    with closing(Look(stack)) as look:
        took = asyncio.run(kill_one_that_works(stack, look))
        print(f"its rows were done {took:.1f} s after the kill")


async def kill_one_that_works(stack: Stack, look: Look) -> float:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    unpaid = await unpaid_bookings(client, stack.settings().database, 12)
    fault = {"kind": "latency", "next": 10, "ms": 3000, "operation": "payment_intents.create"}
    httpx.post(f"{stack.values['SANDBOX_URL']}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    await pay(client, unpaid, 100.0, 0.1)
    pid = stack.pids()["worker-payments"]
    await asyncio.to_thread(wait_for, lambda: len(look.running_at(pid)) >= 5, 10, "five rows are at work")
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    assert len(look.running_at(pid)) >= 5
    await asyncio.to_thread(wait_for, lambda: settled(look), 60, "their payments are captured")
    await client.close()
    return time.monotonic() - killed


@pytest.mark.timeout(300)
def test_a_worker_that_slept_past_its_lease_changes_nothing_when_it_wakes(start_stack: StackMaker) -> None:
    stack = start_stack(copies={"worker-payments": 2})
    with closing(Look(stack)) as look:
        asleep, awake = asyncio.run(put_one_to_sleep(stack, look))
        took = wait_for(lambda: settled(look), 60, "the other worker took over", look.story)
        assert len(look.running_at(asleep)) == 0
        before = look.rows(
            "SELECT id, status, attempts, lease_token, finished_at FROM outbox WHERE task LIKE 'payments.%'"
        )
        os.kill(asleep, signal.SIGCONT)
        holder = f"%:{asleep}"
        late = "SELECT count(*) FROM attempt WHERE worker LIKE ? AND detail LIKE 'late: %'"
        wait_for(lambda: look.one(late, holder) >= awake, 30, "what it learnt is kept", look.story)
        print(f"{awake} rows taken over, settled {took:.1f} s after it fell asleep")
        print(f"{look.one(late, holder)} late attempts")
        after = look.rows(
            "SELECT id, status, attempts, lease_token, finished_at FROM outbox WHERE task LIKE 'payments.%'"
        )
        assert after == before
        effects = httpx.get(f"{stack.values['SANDBOX_URL']}/sandbox/effects", timeout=10).json()
        assert set(effects["by_payment"].values()) == {1}


async def put_one_to_sleep(stack: Stack, look: Look) -> tuple[int, int]:
    """Its pid, and how many rows it had in hand."""
    client = Client(stack.values["WEB_PUBLIC_URL"])
    unpaid = await unpaid_bookings(client, stack.settings().database, 22)
    fault = {"kind": "latency", "next": 20, "ms": 3000, "operation": "payment_intents.create"}
    httpx.post(f"{stack.values['SANDBOX_URL']}/sandbox/faults", json=fault, timeout=10).raise_for_status()
    await pay(client, unpaid, 100.0, 0.2)
    pid = stack.pids()["worker-payments-0"]
    await asyncio.to_thread(wait_for, lambda: len(look.running_at(pid)) >= 3, 10, "three rows are at work")
    await asyncio.to_thread(put_to_sleep, pid)
    while not others_can_write(stack, look):  # stopped in the middle of that: once more, when it is through
        os.kill(pid, signal.SIGCONT)
        await asyncio.to_thread(wait_for, lambda: others_can_write(stack, look), 5, "it is through with its write")
        await asyncio.to_thread(put_to_sleep, pid)
    rows = len(look.running_at(pid))
    assert rows >= 3
    await client.close()
    return pid, rows
