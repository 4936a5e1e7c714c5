"""Look-ups of what stays open: each in its turn, less and less often, and never in the way of a charge."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import bindparam, update

from domain.bookings.hire import hire
from domain.database import Connection
from domain.lookups import LONGEST_WAIT, MOST, wait_after
from domain.marketplace.applications.submit import submit
from domain.marketplace.jobs.post import NewJob, post
from domain.payments.overdue import ask_about_overdue
from domain.payments.states import PaymentStatus
from domain.payments.tables import payment
from domain.payments.work import Ask
from domain.platform.outbox import read
from domain.platform.outbox.claim import claim
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import outbox
from domain.platform.queues import AT_ONCE, POOLS, QUEUES
from runtime.database import Database
from runtime.settings import load
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.story import FEES, Story, accepted, cause_of, hired
from workers.relay.rounds import Relay

MANY = MOST + 100
STEP = timedelta(seconds=30)
PATIENCE = timedelta(minutes=1)
FOR_OTHERS = 4

_done = update(outbox).where(outbox.c.status == TaskStatus.PENDING.value).values(status=TaskStatus.DONE.value)
_left_open = (
    update(payment)
    .where(payment.c.id == bindparam("of_id"))
    .values(status=PaymentStatus.REQUIRES_ACTION.value, submitted_at=payment.c.created_at)
)


def left_open(database: Database, clock: Clock, count: int) -> list[str]:
    """So many payments whose clients leave the page of 3-D Secure open; their ids, the oldest first."""
    story = hired(database, clock)
    made = [accepted(database, clock, each, key=each.booking.id).id for each in more(database, clock, story, count)]

    def unit(connection: Connection) -> None:
        connection.run_many(_left_open, [{"of_id": payment_id} for payment_id in made])
        connection.run(_done)

    database.write(unit)
    return made


def more(database: Database, clock: Clock, story: Story, count: int) -> list[Story]:
    """Bookings of the same two."""
    job = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")
    alice, bob = cause_of(clock, story.alice.id), cause_of(clock, story.bob.id)

    def one(connection: Connection) -> Story:
        offer = submit(connection, bob, post(connection, alice, job).id, message="Me.", price_minor=9_000)
        return Story(story.alice, story.bob, hire(connection, alice, offer.id, FEES))

    return database.write(lambda connection: [one(connection) for _ in range(count)])


def sweep(database: Database, clock: Clock) -> list[str]:
    """What one sweep asks about; each question is answered at once, and nothing is new."""

    def unit(connection: Connection) -> list[str]:
        ask_about_overdue(connection, cause_of(clock, "system"), before=clock() - PATIENCE)
        queued = read.tasks(connection, status="pending", task="payments.ask", before=None, most=2 * MANY)
        connection.run(_done)
        return [REGISTRY[row.task].decoder.decode(row.args).payment_id for row in queued]  # type: ignore[attr-defined]  # of Ask

    return database.write(unit)


@pytest.mark.parametrize(("count", "span"), [(MANY, timedelta(minutes=5)), (2, timedelta(hours=6))])
def test_each_is_asked_about_within_its_back_off_the_newest_too(
    database: Database, clock: Clock, count: int, span: timedelta
) -> None:
    start = clock()
    ids = left_open(database, clock, count)
    times: dict[str, list[datetime]] = defaultdict(list)
    while clock() < start + span:
        clock.now += STEP
        for payment_id in sweep(database, clock):
            times[payment_id].append(clock())
    assert set(times) == set(ids)
    for payment_id in ids:
        asked = [start, *times[payment_id]]
        for last, following in pairwise(asked):
            rest = wait_after(last - start, PATIENCE)
            # A sweep that is full leaves a hundred of them to the next one.
            assert rest <= following - last <= rest + 3 * STEP
        assert clock() - asked[-1] <= wait_after(asked[-1] - start, PATIENCE) + 3 * STEP <= LONGEST_WAIT + 3 * STEP
    assert max(len(asked) for asked in times.values()) <= 16


def test_a_question_that_a_wrong_clock_noted_holds_nothing_up(database: Database, clock: Clock) -> None:
    ids = left_open(database, clock, 2)
    clock.forward(hours=1)
    assert sorted(sweep(database, clock)) == sorted(ids)
    clock.forward(hours=-1, minutes=5)
    assert sorted(sweep(database, clock)) == sorted(ids)
    assert sweep(database, clock) == []


def test_a_charge_goes_out_while_look_ups_are_due(database: Database, clock: Clock, broker: FakeBroker) -> None:
    cause = cause_of(clock, "system")
    database.write(lambda c: [enqueue(c, cause, Ask(payment_id=f"pay_{n}")) for n in range(MANY)])
    relay = Relay(database, broker, load({}), clock, {name: task.batch for name, task in REGISTRY.items()})
    relay.round()
    charged = accepted(database, clock, hired(database, clock))
    relay.round()
    out = [hint for hint in broker.published if hint.task in ("payments.ask", "payments.submit")]
    assert [hint.task for hint in out].count("payments.ask") == AT_ONCE["lookups"]
    (submission,) = [hint for hint in out if hint.task == "payments.submit"]
    assert submission.queue == "payments"
    (held,) = database.write(
        lambda c: claim(c, submission.ids, task="payments.submit", now=clock(), until=clock(), holder="h")
    )
    assert charged.id in held.args

    # Look-ups that Celery workers hold count too: no more go out until one of them has ended.
    asks = [row_id for hint in out if hint.task == "payments.ask" for row_id in hint.ids]
    database.write(lambda c: claim(c, asks, task="payments.ask", now=clock(), until=clock() + PATIENCE, holder="h"))
    before = len(broker.published)
    relay.round()
    assert [hint for hint in broker.published[before:] if hint.queue == "lookups"] == []


def test_look_ups_leave_threads_to_the_queue_beside_them() -> None:
    for pool in POOLS.values():
        bounded = [AT_ONCE[queue] for queue in pool.queues if queue in AT_ONCE]
        assert len(pool.queues) - len(bounded) == 1
        assert not bounded or pool.concurrency - sum(bounded) >= FOR_OTHERS
    assert set(QUEUES) >= set(AT_ONCE)


def test_what_asks_is_never_in_the_queue_of_what_charges() -> None:
    asking = {task.queue for name, task in REGISTRY.items() if name.endswith(".ask")}
    assert asking == {"lookups"}
    assert {task.queue for name, task in REGISTRY.items() if name.endswith(".submit")} == {"payments"}
