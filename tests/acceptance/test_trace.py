"""One payment on a whole stack, followed by its correlation id; and nothing but JSON in the logs of our processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.stack.stack import Stack
from domain.oversight.story.assemble import assemble
from runtime.database import open_database
from tests.acceptance.newcomer import newcomer, run
from tests.people import People, hired
from tests.stack import wait_until

pytestmark = pytest.mark.timeout(300)
NOT_OURS = {"broker", "supervisord"}


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield newcomer(tmp_path / "home")
    Stack(tmp_path / "home").kill()


async def pay(web: str) -> tuple[str, str, str]:
    """The correlation id of the request, the payment's id and the booking's."""
    async with httpx.AsyncClient(base_url=web, timeout=30, trust_env=False) as http:
        people = People(http)
        alice, bob = await people.alice(), await people.bob()
        booking = await hired(alice, bob)
        answer = await alice.pay(booking["id"], key="k1")
        assert answer.status_code == 202
        return answer.headers["x-correlation-id"], answer.json()["id"], booking["id"]


def story_of(given: str, environment: dict[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(f"./handwork trace {given} --json", environment).splitlines()]


def wait_until_whole(url: str, cause: str, payment: str) -> None:
    """Until the provider's event is applied, and both people were written to."""
    with closing(open_database(url)) as database:

        def is_whole() -> bool:
            entries = database.read(lambda c: assemble(c, cause)).entries
            succeeded = [e for e in entries if e.subject == payment and "payment_intent.succeeded" in e.what]
            sent = [e for e in entries if e.kind == "delivery" and e.outcome in ("accepted", "delivered")]
            return any(e.outcome != "not applied yet" for e in succeeded) and len(sent) == 2

        wait_until(is_whole, "the event is applied, and both e-mails are sent", within_s=60)


def place(story: list[dict[str, Any]], kind: str, subject: str, words: str) -> int:
    """Where this line is in the story."""
    found = [n for n, e in enumerate(story) if e["kind"] == kind and e.get("subject") == subject and words in e["what"]]
    assert found, (kind, subject, words, [e["what"] for e in story])
    return found[0]


def test_a_payment_is_followed_from_the_request_to_the_e_mail(environment: dict[str, str], tmp_path: Path) -> None:
    run("./handwork up --detach", environment)
    cause, payment, booking = asyncio.run(pay(environment["API"]))

    wait_until_whole(f"sqlite:///{tmp_path / 'home' / 'handwork.db'}", cause, payment)
    story = story_of(cause, environment)
    order = [
        place(story, "request", cause, "POST /payments: 202 in "),
        place(story, "status", payment, "accepted, by acc_"),
        place(story, "task", payment, "payments.submit queued"),
        place(story, "status", payment, "accepted → submitting"),
        place(story, "call", payment, "/v1/payment_intents: 200 in "),
        place(story, "status", payment, " → captured"),
        place(story, "status", booking, "awaiting_payment → funded"),
        place(story, "notification", payment, "payment.captured"),
    ]
    assert order == sorted(order)
    assert order[0] == 0
    call, event = story[order[4]], story[place(story, "webhook", payment, "payment_intent.succeeded")]
    assert call["provider_id"].startswith("req_")
    assert datetime.fromisoformat(event["at"]) > datetime.fromisoformat(call["at"])
    assert place(story, "ledger", payment, "capture") > order[4]
    assert place(story, "attempt", payment, "webhooks.process") > order[4]
    assert {e["subject"] for e in story if e["kind"] == "delivery"} == {payment, booking}

    assert story[order[4]] in story_of(payment, environment)
    assert "payments.submit" in run(f"./handwork tasks list --correlation {cause}", environment)
    log = run("./handwork logs worker-payments --since 10m", environment)
    (line,) = [json.loads(line) for line in log.splitlines() if payment in line and '"event":"attempt ended"' in line]
    assert {name: line[name] for name in ("task", "subject_id", "attempt", "outcome", "correlation_id")} == {
        "task": "payments.submit",
        "subject_id": payment,
        "attempt": 1,
        "outcome": "succeeded",
        "correlation_id": cause,
    }
    assert line["duration_ms"] >= line["provider_ms"] > 0

    run("./handwork queue pause maintenance --why 'a test'", environment)
    assert "The queue maintenance is paused" in run("./handwork status || true", environment)
    run("./handwork down", environment)
    logs = {path.stem: path.read_text().splitlines() for path in (tmp_path / "home" / "logs").glob("*.log")}
    assert {"web", "relay", "beat", "flower", "sandbox", "worker-payments", "worker-maintenance"} <= logs.keys()
    plain = {
        name: [line for line in lines if not is_json(line)] for name, lines in logs.items() if name not in NOT_OURS
    }
    assert {name: lines for name, lines in plain.items() if lines} == {}


def is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
