"""A payment that was paid, with its webhook and what its people were told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from domain.database import Connection
from domain.payments.accept import NewPayment, accept
from domain.payments.read import Payment
from domain.platform.idempotency.claim import IdempotencyKey
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import stripe_engine
from tests.sandbox_process import SandboxProcess
from tests.story import Story, cause_of, hired, told_by
from tests.work_off import work_off


@dataclass(frozen=True)
class Paid:
    """``cause`` is the correlation id of alice's request."""

    story: Story
    payment: Payment
    cause: str
    event_id: str


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


@pytest.fixture
def worker(database: Database, clock: Clock, sandbox: SandboxProcess) -> Iterator[Engine]:
    with stripe_engine(database, clock, sandbox.secret_key, sandbox.url) as made:
        yield made


@pytest.fixture
def paid(database: Database, clock: Clock, sandbox: SandboxProcess, worker: Engine) -> Paid:
    """Alice pays, the worker charges her card, the provider's event comes, and both are told."""
    story = hired(database, clock)
    work_off(worker)
    clock.forward(minutes=1)
    asked = cause_of(clock, story.alice.id)

    def pay(connection: Connection) -> Payment:
        key = IdempotencyKey(f"{story.alice.id} POST /payments", "k1", "hash")
        return accept(connection, asked, NewPayment(story.booking.id, "stripe", "pm_card_visa"), key).payment

    payment = database.write(pay)
    work_off(worker, seconds=1)
    clock.forward(seconds=1)
    event = event_of(sandbox, "payment_intent.succeeded")
    told_by("stripe", database, clock, json.dumps(event), event["id"])
    work_off(worker, seconds=1)
    return Paid(story, payment, asked.correlation_id, event["id"])


def event_of(sandbox: SandboxProcess, kind: str) -> dict[str, Any]:
    """The newest event of a kind, as Stripe lists it."""
    key = {"authorization": f"Bearer {sandbox.secret_key}"}
    answer = httpx.get(f"{sandbox.url}/v1/events", params={"types[]": kind}, headers=key, trust_env=False)
    found: dict[str, Any] = answer.raise_for_status().json()["data"][0]
    return found
