"""A connected account makes a payment, charge or refund of its own with our ids in it: nothing of ours changes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sqlalchemy import select
from structlog.testing import capture_logs

from domain.oversight.ledger_checks.alarms import counts
from domain.platform.inbox.alarms import alarms
from domain.platform.inbox.handle import prune
from domain.platform.inbox.tables import inbox
from gateways.stripe.translate import TRANSLATORS
from tests.engines import stripe_engine
from tests.integration.web.conftest import Site
from tests.people import Person, hired, made
from tests.served import free_port
from tests.stripe_webhooks import SECRET, signature
from tests.unit.gateways.stripe_bodies import CREATED, charge, intent, refund
from tests.work_off import work_off

ENDPOINTS = {"/webhooks/stripe": SECRET, "/webhooks/stripe/connect": "whsec_of_connect"}
ACCOUNT = "acct_of_bob"


def forged(kind: str, event_id: str, payment_id: str, account: str | None) -> bytes:
    """What Stripe signs when the account pays itself, under the id of alice's payment."""
    tags = {"payment_id": payment_id, "refund_id": "rfd_1"}
    made_there = {"payment_intent": intent, "charge": charge, "refund": refund}[kind.partition(".")[0]]
    about = made_there(metadata=tags, **({"amount_refunded": 12_000} if kind == "charge.refunded" else {}))
    event = {"id": event_id, "type": kind, "created": CREATED, "data": {"object": about}}
    return json.dumps(event if account is None else {**event, "account": account}).encode()


async def deliver(site: Site, path: str, body: bytes) -> None:
    header = signature(body, site.clock(), ENDPOINTS[path])
    answer = await site.http.post(path, content=body, headers={"Stripe-Signature": header})
    assert answer.status_code == 200, answer.text


async def apply(site: Site) -> list[Any]:
    """The error lines of the worker that processes what was delivered."""

    def run() -> list[Any]:
        with (
            capture_logs() as lines,
            stripe_engine(site.database, site.clock, "sk_test_x", f"http://127.0.0.1:{free_port()}") as worker,
        ):
            work_off(worker)
        return [line for line in lines if line["event"] == "money event not applied"]

    return await asyncio.to_thread(run)


async def test_it_is_an_alarm_on_both_endpoints_and_our_own_is_applied(site: Site, alice: Person, bob: Person) -> None:
    booking = await hired(alice, bob)
    payment = made(await alice.pay(booking["id"]), 202)
    names = {}
    for path in ENDPOINTS:
        for kind in TRANSLATORS:
            event_id = f"evt_{len(names)}"
            names[event_id] = kind
            await deliver(site, path, forged(kind, event_id, payment["id"], ACCOUNT))
    said = await apply(site)
    assert {line["event_id"]: line["log_level"] for line in said} == dict.fromkeys(names, "error")
    assert all(ACCOUNT in line["reason"] and names[line["event_id"]] in line["reason"] for line in said)
    rows = site.database.read(lambda c: c.run(select(inbox.c.event_id, inbox.c.outcome)).all())
    assert dict(map(tuple, rows)) == dict.fromkeys(names, "alarm")
    assert site.database.read(alarms) == len(names)
    assert (await alice.get(f"/payments/{payment['id']}")).json()["status"] not in ("captured", "cancelled", "declined")
    assert (await alice.get(f"/bookings/{booking['id']}")).json()["status"] == "awaiting_payment"

    # The same object without an account is the platform's own; this one is of another amount than the order.
    await deliver(site, "/webhooks/stripe", forged("payment_intent.succeeded", "evt_ours", payment["id"], None))
    assert await apply(site) == []
    assert (await alice.get(f"/payments/{payment['id']}")).json()["error_code"] == "capture_mismatch"
    assert (await alice.get(f"/bookings/{booking['id']}")).json()["status"] == "awaiting_payment"
    assert site.database.read(counts) == {"capture_mismatch": 1, "second_charge": 0}


async def test_an_alarm_outlives_the_pruning_of_events(site: Site) -> None:
    await deliver(site, "/webhooks/stripe", forged("charge.succeeded", "evt_1", "pay_1", ACCOUNT))
    await deliver(site, "/webhooks/stripe", forged("charge.succeeded", "evt_2", "pay_of_nobody", None))
    await apply(site)
    site.clock.forward(days=400)
    assert site.database.write(lambda c: prune(c, before=site.clock())) == 1
    assert site.database.read(alarms) == 1
