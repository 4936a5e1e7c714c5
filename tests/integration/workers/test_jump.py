"""A clock that jumps an hour ahead and back: what was accepted meanwhile does not wait for that hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.cause import Cause
from domain.database import Connection
from domain.inbox import cursor
from domain.maintenance.work import FetchEvents, Prune
from domain.outbox import finish, read
from domain.outbox.claim import Claim, begin_attempts, claim
from domain.outbox.enqueue import enqueue
from domain.outbox.states import AttemptOutcome
from domain.payments.work import Submit
from domain.schedules.fire import fire
from domain.throttles.take import bucket, take
from gateways.testing import FakeCards
from runtime.database import Database, open_watch
from runtime.ids import new_id
from runtime.settings import load
from tasks.declare import REGISTRY
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.engines import engine
from workers.relay.lock import FileLock
from workers.relay.main import Loop
from workers.relay.rounds import Relay

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=15)
SETTINGS = load({})


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def loop(database: Database, database_url: str, broker: FakeBroker, clock: Clock, tmp_path: Path) -> Iterator[Loop]:
    """The relay, whose clock has jumped an hour ahead."""
    relay = Relay(database, broker, SETTINGS, clock, {"payments.submit": 1})
    with closing(open_watch(database_url)) as watch:
        made = Loop(relay, watch, clock, FileLock(tmp_path / "lock"))
        made.step()
        clock.now += HOUR
        made.step()
        yield made


def cause(clock: Clock) -> Cause:
    return Cause(clock(), "system", "cor_test", new_id)


def queued(database: Database, clock: Clock, *names: str, run_at: datetime | None = None) -> list[str]:
    return database.write(
        lambda c: [enqueue(c, cause(clock), Submit(payment_id=name), run_at=run_at) or "" for name in names]
    )


def claimed_of(connection: Connection, clock: Clock, ids: Sequence[str]) -> list[Claim]:
    return claim(connection, ids, task="payments.submit", now=clock(), until=clock() + LEASE, holder="h")


def sent(broker: FakeBroker) -> list[str]:
    return [row_id for hint in broker.published for row_id in hint.ids]


def steps(loop: Loop, until: Sequence[str], broker: FakeBroker) -> None:
    for _ in range(2_000):
        loop.step()
        if set(until) <= set(sent(broker)):
            return
    raise AssertionError(f"{set(until) - set(sent(broker))} did not go out")


def test_what_was_accepted_meanwhile_goes_out_and_is_claimed(
    database: Database, clock: Clock, broker: FakeBroker, loop: Loop
) -> None:
    ids = queued(database, clock, "a", "b")
    clock.now -= HOUR
    steps(loop, ids, broker)
    claims = database.write(lambda c: claimed_of(c, clock, ids))
    assert sorted(c.id for c in claims) == sorted(ids)


def test_retries_and_later_work_keep_their_waits(
    database: Database, clock: Clock, broker: FakeBroker, loop: Loop
) -> None:
    (failed,) = queued(database, clock, "failed")
    (later,) = queued(database, clock, "later", run_at=clock() + timedelta(days=3))
    (claimed,) = database.write(lambda c: claimed_of(c, clock, [failed]))
    database.write(lambda c: begin_attempts(c, [(claimed, None)], now=clock(), holder="h"))
    database.write(lambda c: finish.end_attempt(c, claimed, AttemptOutcome.TRY_LATER, now=clock()))
    database.write(lambda c: finish.again(c, claimed, at=clock() + timedelta(seconds=30), why="busy"))
    clock.now -= HOUR
    loop.step()
    due = {row_id: database.read(lambda c, i=row_id: read.task(c, i))[0].run_at for row_id in (failed, later)}
    assert due == {failed: clock() + timedelta(seconds=30), later: clock() + timedelta(days=3)}
    clock.forward(seconds=30)
    steps(loop, [failed], broker)
    assert later not in sent(broker)


def test_leases_and_lost_messages_do_not_hold_for_the_hour(
    database: Database, clock: Clock, broker: FakeBroker, loop: Loop
) -> None:
    held, lost = queued(database, clock, "held", "lost")
    steps(loop, [held, lost], broker)
    database.write(lambda c: claimed_of(c, clock, [held]))
    broker.take()  # and no consumer has them
    broker.published.clear()
    clock.now -= HOUR
    loop.step()
    clock.now += LEASE + timedelta(seconds=1)
    steps(loop, [held, lost], broker)


def test_timed_rows_and_rows_that_are_due_at_once_take_turns(
    database: Database, clock: Clock, broker: FakeBroker
) -> None:
    timed = queued(database, clock, *"abc", run_at=clock() + timedelta(seconds=1))
    at_once = queued(database, clock, *"defghi")
    clock.forward(seconds=2)
    Relay(database, broker, load({"RELAY_WINDOW": "4"}), clock, {"payments.submit": 1}).round()
    assert sent(broker) == [at_once[0], timed[0], at_once[1], timed[1]]


def test_slots_that_the_jump_fired_do_not_stop_those_before_them(database: Database, clock: Clock) -> None:
    def fired(slot: datetime) -> bool:
        return database.write(lambda c: fire(c, cause(clock), "prune", slot, Prune()))

    clock.now += HOUR
    ahead = clock()
    assert fired(ahead)
    clock.now -= HOUR
    assert fired(clock())
    assert not fired(clock())
    clock.forward(minutes=30)
    assert fired(clock())
    clock.forward(minutes=30)
    assert not fired(ahead), "it was fired before, an hour early"


def test_events_are_fetched_from_now_on_and_not_from_the_hour_that_was_seen(
    database: Database, clock: Clock, cards: FakeCards
) -> None:
    with engine(database, clock, cards) as worker:
        for jump in (HOUR, -HOUR, timedelta(minutes=1)):
            clock.now += jump
            row_id = database.write(lambda c: enqueue(c, cause(clock), FetchEvents(provider="stripe")))
            worker.run(REGISTRY["reconciliation.fetch_events"], [row_id or ""])
            assert database.read(lambda c: cursor.read_until(c, "stripe")) == clock()


def test_a_throttle_holds_nobody_for_longer_than_its_span(database: Database, clock: Clock) -> None:
    of = bucket("log_in", "a@example.com", 1, timedelta(minutes=15))
    clock.now += HOUR
    database.write(lambda c: take(c, clock(), [of]))
    clock.now -= HOUR
    assert not database.write(lambda c: take(c, clock(), [of])).refused_for
