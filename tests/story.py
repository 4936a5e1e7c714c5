"""The story up to a payment, by use cases: alice posts the job, bob does it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import msgspec

from domain.bookings import read as bookings
from domain.bookings.hire import hire
from domain.bookings.move import move
from domain.bookings.quote import Fees
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.read import Account
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.marketplace.applications.submit import submit
from domain.marketplace.jobs.post import NewJob, post
from domain.notifications import read as notifications
from domain.payments import read as payments
from domain.payments.accept import NewPayment, accept
from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome
from domain.payments.refunds.read import Refund
from domain.payments.refunds.request import request_refund
from domain.platform.idempotency.claim import IdempotencyKey
from domain.platform.inbox.receive import receive
from domain.platform.outbox import read as outbox
from domain.platform.outbox.read import Task
from domain.settlement.release import release
from runtime.database import Database
from runtime.ids import new_id
from tests.clock import Clock
from tests.trial_balance import trial_balance

FEES = Fees(client_bp=0, worker_bp=1000)


@dataclass(frozen=True, slots=True)
class Story:
    alice: Account
    bob: Account
    booking: Booking


def cause_of(clock: Clock, actor: str) -> Cause:
    return Cause(clock(), actor, new_id("cor"), new_id)


def hired(database: Database, clock: Clock, *, price_minor: int = 9_000) -> Story:
    """Alice hired bob; the booking waits to be paid."""

    def unit(connection: Connection) -> Story:
        nobody = cause_of(clock, "anonymous")
        alice = register(
            connection, nobody, email=f"{new_id('a')}@example.com", password_hash="-", role=Role.CLIENT, name="Alice"
        )
        bob = register(
            connection, nobody, email=f"{new_id('b')}@example.com", password_hash="-", role=Role.WORKER, name="Bob"
        )
        job = post(
            connection,
            cause_of(clock, alice.id),
            NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd"),
        )
        offer = submit(connection, cause_of(clock, bob.id), job.id, message="Me.", price_minor=price_minor)
        return Story(alice, bob, hire(connection, cause_of(clock, alice.id), offer.id, FEES))

    return database.write(unit)


def accepted(
    database: Database,
    clock: Clock,
    story: Story,
    *,
    key: str = "k1",
    method: str | None = "pm_card_visa",
    provider: str = "stripe",
) -> Payment:
    """Alice pays: the payment is accepted and its task is queued."""
    new = NewPayment(story.booking.id, provider, method)
    idempotency = IdempotencyKey(f"{story.alice.id} POST /payments", key, "hash")
    return database.write(lambda c: accept(c, cause_of(clock, story.alice.id), new, idempotency)).payment


def walked(database: Database, clock: Clock, booking_id: str, *statuses: str) -> None:
    """The booking goes from the first of the statuses, where it is, by the others to the last."""

    def unit(connection: Connection) -> None:
        for before, after in pairwise(statuses):
            move(connection, cause_of(clock, "system"), booking_id, BookingStatus(before), BookingStatus(after))

    database.write(unit)


def paid(database: Database, clock: Clock, *, price_minor: int = 9_000) -> tuple[Story, Payment]:
    """Alice has paid: the price is held for the booking."""
    story = hired(database, clock, price_minor=price_minor)
    return story, captured(database, clock, accepted(database, clock, story))


def captured(database: Database, clock: Clock, payment: Payment) -> Payment:
    """The provider took the money, and its fee."""
    taken = Captured(
        provider_id=f"pi_{payment.id}",
        charge_id=f"ch_{payment.id}",
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        fee_minor=291,
    )
    database.write(lambda c: record_outcome(c, cause_of(clock, "stripe"), payment.id, taken))
    return database.read(lambda c: payments.by_id(c, payment.id))


def asked_back(
    database: Database, clock: Clock, payment: Payment, amount_minor: int = 9_000, *, key: str = "k"
) -> Refund:
    """Alice cancelled: that much of her payment is to go back, once for each key."""
    cause, once = cause_of(clock, payment.client_id), f"{key}:{payment.id}"
    return database.write(
        lambda c: request_refund(c, cause, payment, amount_minor=amount_minor, reason="cancelled", unique_key=once)
    )


def approved(database: Database, clock: Clock, story: Story) -> None:
    """The work is done and approved, and the money released."""

    def unit(connection: Connection) -> None:
        release(connection, cause_of(clock, story.alice.id), bookings.by_id(connection, story.booking.id))

    walked(database, clock, story.booking.id, "funded", "in_progress", "completed", "approved")
    database.write(unit)


def balances(database: Database) -> dict[str, int]:
    """What is on each ledger account that is not empty; one currency is assumed."""
    return {b.account: b.amount_minor for b in database.read(trial_balance) if b.amount_minor}


def tasks_of(database: Database, task: str | None = None, status: str | None = None) -> list[Task]:
    """Return the rows of the outbox, the newest first: those of the task and in the status, where they are given."""
    return database.read(lambda c: outbox.tasks(c, status=status, task=task, before=None, most=10_000))


def task_of(database: Database, task: str, status: str | None = None) -> Task:
    """Return the only row of that task."""
    (row,) = tasks_of(database, task, status)
    return row


def heard(database: Database, account_id: str) -> list[str]:
    """Return the kinds of what the account was notified of, the oldest first."""
    return [n.kind for n in database.read(lambda c: notifications.page(c, account_id, before=None, most=100))][::-1]


def told_by(provider: str, database: Database, clock: Clock, payload: str, event_id: str | None = None) -> Cause:
    """An event of the provider's reaches us, under the id in its payload unless another is given; its cause."""
    cause = cause_of(clock, provider)
    named = event_id or msgspec.json.decode(payload)["event_id"]
    database.write(lambda c: receive(c, cause, provider=provider, event_id=named, payload=payload))
    return cause
