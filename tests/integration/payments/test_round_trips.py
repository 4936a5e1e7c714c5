"""Round trips to PostgreSQL of a payment, a webhook and the relay's looks."""

from __future__ import annotations

from domain.database import UnitOfWork
from domain.payments.accept import NewPayment, accept
from domain.platform.idempotency.claim import IdempotencyKey
from domain.platform.inbox.receive import receive
from domain.platform.outbox import due
from domain.platform.queues import QUEUES
from runtime.database import Database
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.connection import PipelinedConnection
from runtime.database.postgres.session import BEGIN
from runtime.database.postgres.wire import Wire
from tests.clock import Clock
from tests.story import cause_of, hired


def trips_of(url: str, unit: UnitOfWork[object]) -> int:
    """From its BEGIN to its COMMIT."""
    wire = Wire(connect_postgres(url, autocommit=True))
    try:
        connection = PipelinedConnection(wire)
        connection.begin(BEGIN)
        unit(connection)
        connection.command("COMMIT")
        connection.wait()
        connection.check()
        return wire.trips
    finally:
        wire.close()


def test_a_payment_takes_three(postgres_database: Database, postgres_url: str, clock: Clock) -> None:
    """Its key and its booking; the payment with its history and its task; the commit."""
    story = hired(postgres_database, clock)
    cause = cause_of(clock, story.alice.id)
    new = NewPayment(story.booking.id, "stripe", "pm_card_visa")
    key = IdempotencyKey("a scope", "a key", "0" * 64)
    assert trips_of(postgres_url, lambda c: accept(c, cause, new, key)) == 3


def test_a_webhook_takes_one(postgres_url: str, clock: Clock) -> None:
    """The event, its task and the commit travel together."""
    event = {"provider": "stripe", "event_id": "evt_1", "payload": "{}"}
    assert trips_of(postgres_url, lambda c: receive(c, cause_of(clock, "stripe"), **event)) == 1


def test_the_relay_asks_about_all_queues_at_once(postgres_url: str, clock: Clock) -> None:
    """The answers; the commit."""
    assert trips_of(postgres_url, lambda c: due.outlook(c, QUEUES, limited=QUEUES)) == 2
    assert trips_of(postgres_url, lambda c: due.due(c, dict.fromkeys(QUEUES, 9), now=clock(), known=["a"])) == 2
    assert trips_of(postgres_url, lambda c: due.next_run_at(c, QUEUES, now=clock())) == 2
