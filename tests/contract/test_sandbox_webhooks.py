"""Webhooks of the sandbox: signed as Stripe signs, sent until taken, kept over a kill."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.contract.sandbox_clients import form, raw
from tests.contract.stripe_types import problems
from tests.sandbox_process import SandboxProcess
from tests.served import free_port
from tests.stack import wait_until
from tests.webhook_receiver import Received, WebhookReceiver

STORY = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@contextmanager
def listening(folder: Path, answer: Callable[[int], int] = lambda _: 200) -> Iterator[tuple[SandboxProcess, Any]]:
    with WebhookReceiver(answer) as receiver, SandboxProcess(folder, receiver.url) as sandbox:
        yield sandbox, receiver


def pay(sandbox: SandboxProcess, payment: str = "pay_1", card: str = "pm_card_visa") -> str:
    with raw(sandbox) as http:
        body = http.post("/v1/payment_intents", data=form(card, payment)).json()
    intent: str = body["id"] if "id" in body else body["error"]["payment_intent"]["id"]
    return intent


def settled(sandbox: SandboxProcess) -> dict[str, int]:
    """The deliveries once none is pending."""
    wait_until(lambda: not sandbox.effects()["deliveries"]["pending"], "none is pending", 15)
    found: dict[str, int] = sandbox.effects()["deliveries"]
    return found


def taken(received: list[Received]) -> list[Received]:
    return [r for r in received if r.answered == 200]


def test_events_come_signed_and_as_typed(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        intent = pay(sandbox)
        received = receiver.wait_for(lambda got: len(got) >= 3)

        assert sorted(r.event["type"] for r in received) == sorted(STORY)
        for one in received:
            event = stripe.Webhook.construct_event(one.body, one.signature, sandbox.webhook_secret)
            with pytest.raises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(one.body, one.signature, "whsec_other")
            assert event.api_version == "2026-10-28.endive"
            assert problems(one.event, stripe.Event, "event") == []
            kind = stripe.Charge if event.type.startswith("charge") else stripe.PaymentIntent
            assert problems(one.event["data"]["object"], kind, "object") == []
        told = next(r.event for r in received if r.event["type"] == "payment_intent.succeeded")
        assert told["data"]["object"]["id"] == intent
        with raw(sandbox) as http:
            assert http.get(f"/v1/events/{told['id']}").json() == told
            assert http.get("/v1/webhook_endpoints").json()["data"][0]["url"] == receiver.url
        assert settled(sandbox) == {"pending": 0, "delivered": 3, "lost": 0, "given_up": 0, "attempts": 3}


@pytest.mark.parametrize(
    ("card", "then", "last"),
    [
        ("pm_card_chargeDeclined", None, ["charge.failed", "payment_intent.payment_failed"]),
        ("pm_card_threeDSecure2Required", None, ["payment_intent.requires_action"]),
        ("pm_card_threeDSecure2Required", "consent", ["charge.succeeded", "payment_intent.succeeded"]),
        ("pm_card_threeDSecure2Required", "cancel", ["payment_intent.canceled"]),
        ("pm_sandbox_processing", None, ["payment_intent.processing"]),
    ],
)
def test_each_turn_of_a_payment_is_told(tmp_path: Path, card: str, then: str | None, last: list[str]) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        intent = pay(sandbox, card=card)
        if then == "consent":
            sandbox.authenticate(intent, succeed=True)
        elif then == "cancel":
            with raw(sandbox) as http:
                http.post(f"/v1/payment_intents/{intent}/cancel")
        receiver.wait_for(lambda got: {r.event["type"] for r in got} >= {"payment_intent.created", *last})


def test_what_was_not_taken_comes_again_the_same(tmp_path: Path) -> None:
    with listening(tmp_path, lambda n: 500 if n < 5 else 200) as (sandbox, receiver):
        pay(sandbox)
        received = receiver.wait_for(lambda got: len(taken(got)) >= 3)

        assert Counter(r.event["id"] for r in taken(received)).most_common(1)[0][1] == 1
        bodies = {r.event["id"]: set() for r in received}
        for one in received:
            bodies[one.event["id"]].add(one.body)
            assert stripe.Webhook.construct_event(one.body, one.signature, sandbox.webhook_secret)
        assert [len(same) for same in bodies.values()] == [1, 1, 1]
        assert settled(sandbox)["attempts"] == 8


def test_deliveries_wait_for_a_receiver_that_is_down_and_survive_a_kill(tmp_path: Path) -> None:
    port = free_port()
    with SandboxProcess(tmp_path, f"http://127.0.0.1:{port}/webhooks/stripe") as sandbox:
        pay(sandbox)
        wait_until(lambda: sandbox.effects()["deliveries"]["attempts"], "it was tried", 15)
        sandbox.kill()
        with WebhookReceiver(port=port) as receiver:
            sandbox.start()
            received = receiver.wait_for(lambda got: len(got) >= 3)

            assert sorted(r.event["type"] for r in received) == sorted(STORY)
            assert settled(sandbox)["delivered"] == 3


def test_a_lost_webhook_is_listed_and_never_sent(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        sandbox.fault("webhook_lose", next=1, operation="payment_intent.succeeded")
        pay(sandbox)

        counts = settled(sandbox)
        with raw(sandbox) as http:
            listed = [e["type"] for e in http.get("/v1/events").json()["data"]]

        assert (counts["delivered"], counts["lost"]) == (2, 1)
        assert listed == STORY[::-1]
        assert sorted(receiver.types()) == sorted(STORY[:2])


def test_a_duplicate_is_the_same_event_twice(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        sandbox.fault("webhook_duplicate", rate=1)
        pay(sandbox)
        received = receiver.wait_for(lambda got: len(got) >= 6)
        assert set(Counter(r.event["id"] for r in received).values()) == {2}


def test_a_delay_holds_one_back(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        sandbox.fault("webhook_delay", next=1, operation="payment_intent.created", ms=400)
        began = time.monotonic()
        pay(sandbox)
        receiver.wait_for(lambda got: any(r.event["type"] == "payment_intent.created" for r in got))

        assert time.monotonic() - began >= 0.4


def test_reordering_lets_later_ones_overtake(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        sandbox.fault("webhook_reorder", rate=1, ms=800, seed=1)
        for n in range(6):
            pay(sandbox, f"pay_{n}")
        received = receiver.wait_for(lambda got: len(got) >= 18)
        with raw(sandbox) as http:
            written = [e["id"] for e in http.get("/v1/events", params={"limit": 100}).json()["data"]][::-1]

        arrived = [r.event["id"] for r in received]
        assert sorted(arrived) == sorted(written)
        assert arrived != written
        assert settled(sandbox)["attempts"] == 18


def test_a_reset_forgets_what_was_to_be_sent(tmp_path: Path) -> None:
    with listening(tmp_path) as (sandbox, receiver):
        sandbox.fault("webhook_delay", rate=1, ms=60_000)
        pay(sandbox)
        assert sandbox.effects()["deliveries"]["pending"] == 3

        sandbox.reset()
        pay(sandbox, "pay_2")
        received = receiver.wait_for(lambda got: len(got) >= 3)

        assert {r.event["data"]["object"]["metadata"]["payment_id"] for r in received} == {"pay_2"}
        assert sandbox.effects()["by_payment"] == {"pay_2": 1}
