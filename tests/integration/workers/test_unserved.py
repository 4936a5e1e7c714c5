"""A queue that nobody consumes is found, however often the relay sends its rows again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.payments.work import Submit
from domain.platform.outbox import due
from domain.platform.outbox.claim import begin_attempts, claim
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.unserved import Unserved, unserved
from runtime.database import Database
from tests.clock import Clock
from tests.story import cause_of

PATIENCE = timedelta(seconds=15)


@pytest.fixture
def rows(database: Database, clock: Clock) -> list[str]:
    """Three rows of payments that the relay has just sent."""
    submits = [Submit(payment_id=f"pay_{n}") for n in range(3)]
    ids = [database.write(lambda c, w=work: enqueue(c, cause_of(clock, "system"), w)) for work in submits]
    database.write(lambda c: due.mark_sent(c, ids, now=clock()))
    return ids


def find(database: Database, clock: Clock) -> list[Unserved]:
    return database.read(lambda c: unserved(c, now=clock(), before=clock() - PATIENCE))


def take(database: Database, clock: Clock, row_id: str, lease: timedelta) -> None:
    """A worker claims a row."""
    now: datetime = clock()

    def unit(c):
        (claimed,) = claim(c, [row_id], task=Submit.task, now=now, until=now + lease, holder="here:1")
        begin_attempts(c, [(claimed, None)], now=now, holder="here:1")

    database.write(unit)


def test_rows_that_were_sent_and_never_taken_name_their_queue(
    database: Database, clock: Clock, rows: list[str]
) -> None:
    sent_at = clock()
    clock.forward(seconds=15)
    assert find(database, clock) == []
    database.write(lambda c: due.mark_resent(c, rows, now=clock()))
    clock.forward(seconds=1)
    assert find(database, clock) == [Unserved("payments", 3, sent_at)]


def test_a_queue_is_served_while_a_worker_holds_a_row_of_it(database: Database, clock: Clock, rows: list[str]) -> None:
    clock.forward(seconds=5)
    taken_at = clock()
    take(database, clock, rows[0], lease=timedelta(seconds=60))
    clock.forward(seconds=59)
    assert find(database, clock) == []
    clock.forward(seconds=2)
    assert find(database, clock) == [Unserved("payments", 2, taken_at)]


def test_a_queue_is_served_while_attempts_begin(database: Database, clock: Clock, rows: list[str]) -> None:
    for row_id in rows[:2]:
        clock.forward(seconds=14)
        take(database, clock, row_id, lease=timedelta(seconds=1))
        clock.forward(seconds=2)
        assert find(database, clock) == []
    last = clock() - timedelta(seconds=2)
    clock.forward(seconds=14)
    assert find(database, clock) == [Unserved("payments", 1, last)]
