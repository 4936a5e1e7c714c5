"""Two of everything: two relays, two beats, two web processes, and every request many times at once: one effect."""

from __future__ import annotations

import asyncio
import collections
import hashlib
import hmac
import json
import os
import signal
import time
from contextlib import closing
from typing import Any

import httpx
import pytest

from cli.demo.client import Client
from cli.stack.stack import Stack
from tests.drills.conftest import StackMaker
from tests.drills.crowd import Unpaid, unpaid_bookings
from tests.drills.look import Look, wait_for

AT_ONCE = 50
PAYMENTS = 40


def signed(stack: Stack, body: bytes) -> dict[str, str]:
    moment = int(time.time())
    secret = stack.values["STRIPE_WEBHOOK_SECRETS"].split(",")[0].encode()
    digest = hmac.new(secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}", "Content-Type": "application/json"}


async def many_times(stack: Stack, send: dict[str, Any]) -> list[httpx.Response]:
    """The same request fifty times at once, each over its own connection."""
    base = stack.values["WEB_PUBLIC_URL"]

    async def once() -> httpx.Response:
        async with httpx.AsyncClient(base_url=base, timeout=30) as http:
            return await http.request(**send)

    return list(await asyncio.gather(*(once() for _ in range(AT_ONCE))))


async def pay_each_many_times(stack: Stack) -> list[Unpaid]:
    client = Client(stack.values["WEB_PUBLIC_URL"])
    unpaid = await unpaid_bookings(client, stack.settings().database, PAYMENTS)
    await client.close()
    for one in unpaid[:5]:
        headers = {"Authorization": f"Bearer {one.token}", "Idempotency-Key": f"key-{one.booking_id}"}
        body = {"booking_id": one.booking_id, "payment_method": "pm_card_visa"}
        answers = await many_times(stack, {"method": "POST", "url": "/payments", "headers": headers, "json": body})
        assert {a.status_code for a in answers} == {202}
        assert len({a.json()["id"] for a in answers}) == 1
        assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    return unpaid


def settled(look: Look) -> bool:
    return look.open_rows() == 0 and look.one("SELECT count(*) FROM payment WHERE settled_at IS NULL") == 0


@pytest.mark.timeout(300)
def test_two_of_everything_have_one_effect(start_stack: StackMaker) -> None:
    stack = start_stack(copies={"relay": 2, "beat": 2, "web": 2, "worker-payments": 2})
    with closing(Look(stack)) as look:
        pids = stack.pids()
        assert {"relay-0", "relay-1", "beat-0", "beat-1", "web-0", "web-1"} <= pids.keys()

        unpaid = asyncio.run(pay_each_many_times(stack))
        wait_for(lambda: settled(look), 60, "the payments are settled")
        effects = httpx.get(f"{stack.values['SANDBOX_URL']}/sandbox/effects", timeout=10).json()
        assert effects["charges"] == 5
        assert set(effects["by_payment"].values()) == {1}

        event = look.one("SELECT payload FROM inbox WHERE payload LIKE '%payment_intent.succeeded%' LIMIT 1")
        again = json.loads(event) | {"id": "evt_sent_by_the_drill"}
        body = json.dumps(again).encode()
        send = {"method": "POST", "url": "/webhooks/stripe", "headers": signed(stack, body), "content": body}
        answers = asyncio.run(many_times(stack, send))
        assert {a.status_code for a in answers} == {200}
        assert sum(a.json()["new"] for a in answers) == 1
        wait_for(lambda: settled(look), 30, "the event is applied")
        assert look.one("SELECT count(*) FROM inbox WHERE event_id = 'evt_sent_by_the_drill'") == 1
        assert look.one("SELECT outcome FROM inbox WHERE event_id = 'evt_sent_by_the_drill'") == "repeated"
        assert look.one("SELECT count(*) FROM transfer WHERE code = 'capture'") == 5

        slots_fire_once(look)
        the_other_relay_takes_over(stack, look, unpaid[5:15])


def slots_fire_once(look: Look) -> None:
    """Two beats, twenty seconds apart from nothing: every slot of a schedule is one row."""

    def slots() -> collections.Counter[str]:
        rows = look.rows("SELECT unique_key FROM outbox WHERE unique_key LIKE 'reconcile-stripe-events@%'")
        return collections.Counter(row[0] for row in rows)

    before = len(slots())
    wait_for(lambda: len(slots()) >= before + 2, 60, "two more slots")
    assert set(slots().values()) == {1}


def the_other_relay_takes_over(stack: Stack, look: Look, unpaid: list[Unpaid]) -> None:
    """Kill the one that works; the one that waited goes on at once, before the manager restarts the first."""
    working = look.one("SELECT pid FROM process WHERE role = 'relay' ORDER BY seen_at DESC LIMIT 1")
    assert working in {stack.pids()["relay-0"], stack.pids()["relay-1"]}
    os.kill(working, signal.SIGKILL)

    async def pay() -> None:
        client = Client(stack.values["WEB_PUBLIC_URL"])
        for one in unpaid:
            body = {"booking_id": one.booking_id, "payment_method": "pm_card_visa"}
            await client.post("/payments", body, token=one.token, key=one.booking_id, expect=202)
        await client.close()

    asyncio.run(pay())
    took = wait_for(lambda: settled(look), 10, "the other relay published them")
    print(f"settled {took:.1f} s after the working relay was killed")
    assert look.one("SELECT count(*) FROM payment WHERE status = 'captured'") == 15
