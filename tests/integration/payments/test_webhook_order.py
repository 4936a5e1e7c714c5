"""In whatever order, how often, and whether at all a payment's events come: the same end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select

from domain.bookings import read as bookings
from domain.cause import SYSTEM
from domain.history.read import changes
from domain.ledger.tables import transfer
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from gateways.stripe.translate import translate
from runtime.database import Database
from tests.any_order import QUIET, repeated
from tests.clock import Clock
from tests.engines import engine
from tests.lives import FEE, STORIES, Life, Stripe
from tests.story import Story, accepted, cause_of, heard, hired, tasks_of, told_by
from tests.work_off import work_off

PRICE = 9_000
_transfers = select(
    transfer.c.code, transfer.c.debit_account, transfer.c.credit_account, transfer.c.amount_minor
).where(transfer.c.cause_id == bindparam("of_cause"))


@dataclass(frozen=True)
class End:
    """What must not depend on the order; by default nothing was paid."""

    payment: str = "cancelled"
    error: str | None = None
    charge: str | None = None
    secret: str | None = None
    booking: str = "awaiting_payment"
    transfers: Sequence[tuple[str, str, str, int]] = ()
    alice_heard: Sequence[str] = ("application.received",)
    bob_heard: Sequence[str] = ("booking.hired",)


PAID = End(
    payment="captured",
    charge="ch_1",
    booking="funded",
    transfers=(
        ("capture", "clearing:stripe", "held", PRICE),
        ("provider_fee", "provider_fee", "clearing:stripe", FEE),
    ),
    alice_heard=("application.received", "payment.captured"),
    bob_heard=("booking.funded", "booking.hired"),
)
DECLINED = End("declined", "insufficient_funds", alice_heard=("application.received", "payment.declined"))
ENDS = {Life.CARD: PAID, Life.CLIENT: PAID, Life.DECLINED: DECLINED, Life.CANCELLED: End()}
Order = list[tuple[int | str, bool]]
ANSWER = "answer"
"""The worker's own second attempt, somewhere among the events."""


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[Life, Order]:
    """A life, and its events (by number) lost, once, or up to three times, in any order among the worker's
    attempt; with each, whether all that waits is worked off before the next."""
    life = draw(st.sampled_from(Life))
    order = draw(st.permutations([*repeated(draw, len(STORIES[life])), ANSWER]))
    return life, [(step, draw(st.booleans())) for step in order]


def live(database: Database, life: Life, order: Order) -> None:
    clock = Clock()
    story = hired(database, clock, price_minor=PRICE)
    method = "pm_card_visa" if life in (Life.CARD, Life.DECLINED) else None
    stripe = Stripe(life, accepted(database, clock, story, method=method).id, PRICE, clock())
    with engine(database, clock, stripe, translators={"stripe": translate}) as worker:
        work_off(worker)  # the first attempt, whose answer is lost
        for step, at_once in order:
            clock.forward(seconds=1)
            if step == ANSWER:
                work_off(worker, minutes=5)
            else:
                event = stripe.listed[int(step)]
                told_by("stripe", database, clock, event.payload, event.event_id)
            if at_once:
                work_off(worker)
        for _ in range(3):  # what never came is fetched; what that makes us do may make events of its own
            clock.forward(minutes=20)
            database.write(lambda c: enqueue(c, cause_of(clock, SYSTEM), FetchEvents(provider="stripe")))
            work_off(worker)
        assert stripe.submitted == 1 + (stripe.submitted > 1)
    assert end_of(database, story, stripe.payment_id) == ENDS[life]
    assert nothing_is_left(database, stripe.payment_id) == []


def end_of(database: Database, story: Story, payment_id: str) -> End:
    payment = database.read(lambda c: payments.by_id(c, payment_id))
    transfers = database.read(lambda c: c.run(_transfers, of_cause=payment_id)).all()

    def kind(account: str) -> str:
        return account.removesuffix(f":{story.booking.id}")

    return End(
        payment=payment.status,
        error=payment.error_code,
        charge=payment.charge_id,
        secret=payment.client_secret,
        booking=database.read(lambda c: bookings.by_id(c, story.booking.id)).status,
        transfers=tuple(sorted((code, kind(debit), kind(credit), amount) for code, debit, credit, amount in transfers)),
        alice_heard=tuple(sorted(heard(database, story.alice.id))),
        bob_heard=tuple(sorted(heard(database, story.bob.id))),
    )


LATER = {"jobs.expire", "bookings.expire"}
"""Queued with the job and with the hire, for when nothing comes of them."""


def nothing_is_left(database: Database, payment_id: str) -> list[object]:
    """Breaches, tasks that are not done, and jumps in the payment's history."""
    rows = tasks_of(database)
    history = database.read(lambda c: changes(c, payment_id))
    statuses = [h.to_status for h in history]
    return [
        *database.read(breaches),
        *[row for row in rows if row.status != "done" and row.task not in LATER],
        *[h for h, before in zip(history, [None, *statuses], strict=False) if h.from_status != before],
        *[status for status in set(statuses) if statuses.count(status) > 1],
    ]


@pytest.mark.parametrize("life", Life)
def test_in_order_each_life_ends_as_it_should(database: Database, life: Life) -> None:
    live(database, life, [(ANSWER, True), *((n, True) for n in range(len(STORIES[life])))])


@pytest.mark.parametrize("life", Life)
def test_backwards_and_all_at_once(database: Database, life: Life) -> None:
    live(database, life, [*((n, False) for n in reversed(range(len(STORIES[life])))), (ANSWER, True)])


@pytest.mark.parametrize("life", Life)
def test_when_nothing_is_delivered_reconciliation_brings_it_all(database: Database, life: Life) -> None:
    live(database, life, [])


@settings(QUIET, max_examples=50)
@given(delivered=deliveries())
def test_any_order_any_number_of_times(sqlite_database: Database, delivered: tuple[Life, Order]) -> None:
    live(sqlite_database, *delivered)


@settings(QUIET, max_examples=12)
@given(delivered=deliveries())
def test_any_order_on_postgresql(postgres_database: Database, delivered: tuple[Life, Order]) -> None:
    live(postgres_database, *delivered)
