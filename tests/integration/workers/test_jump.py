"""A clock that jumps an hour ahead and back: what was accepted meanwhile does not wait for that hour."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from domain.cause import Cause
from domain.database import Connection, UnitOfWork
from domain.payments.work import Submit
from domain.platform.inbox import cursor
from domain.platform.maintenance.work import FetchEvents, Prune
from domain.platform.outbox import finish, read
from domain.platform.outbox.claim import Claim, begin_attempts, claim
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.states import AttemptOutcome
from domain.platform.schedules.fire import fire
from domain.platform.throttles.token_bucket import bucket, take
from gateways.testing import FakeCards
from runtime.database import Database, WriteLocked, open_watch
from runtime.database.lock import FileLock
from runtime.database.work import Task
from runtime.ids import new_id
from runtime.settings import load
from tasks.declare import REGISTRY
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.engines import engine
from workers.relay.main import Loop
from workers.relay.rounds import AT_A_TIME, Relay

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=15)
SETTINGS = load({})
T = TypeVar("T")


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


class Counting(Database):
    """Another database's units of work, counted; it refuses writes while ``is_locked``."""

    def __init__(self, database: Database) -> None:
        super().__init__(readers=1)
        self._database = database
        self.writes = 0
        self.is_locked = False

    def put(self, task: Task) -> None:
        self.writes += 1
        if self.is_locked:
            raise WriteLocked(10.0, None)
        self._database.put(task)

    def read(self, unit: UnitOfWork[T]) -> T:
        return self._database.read(unit)

    def read_inline(self, unit: UnitOfWork[T]) -> T:
        return self._database.read_inline(unit)

    async def read_cached(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        return await self._database.read_cached(key, unit)

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def counting(database: Database) -> Iterator[Counting]:
    with closing(Counting(database)) as made:
        yield made


def run_at(database: Database, row_id: str) -> datetime:
    return database.read(lambda c: read.task(c, row_id))[0].run_at


def test_a_mend_that_was_refused_is_repeated(
    counting: Counting, database_url: str, broker: FakeBroker, clock: Clock, tmp_path: Path
) -> None:
    (later,) = queued(counting, clock, "later", run_at=clock() + timedelta(days=3))
    clock.now -= HOUR
    relay = Relay(counting, broker, SETTINGS, clock, {"payments.submit": 1})
    with closing(open_watch(database_url)) as watch:
        loop = Loop(relay, watch, clock, FileLock(tmp_path / "lock"))
        counting.is_locked = True
        loop.step()
        assert run_at(counting, later) == clock() + HOUR + timedelta(days=3)
        counting.is_locked = False
        loop.step()
        assert run_at(counting, later) == clock() + timedelta(days=3)


def test_a_relay_that_finds_no_old_times_writes_nothing(counting: Counting, broker: FakeBroker, clock: Clock) -> None:
    queued(counting, clock, "later", run_at=clock() + timedelta(days=3))
    counting.writes = 0
    assert Relay(counting, broker, SETTINGS, clock, {}).bring_back() == 0
    assert counting.writes == 0


def test_many_old_times_are_moved_once_and_in_steps(counting: Counting, broker: FakeBroker, clock: Clock) -> None:
    names = [f"later{n}" for n in range(AT_A_TIME + 1)]
    ids = queued(counting, clock, *names, run_at=clock() + timedelta(days=3))
    clock.now -= HOUR
    counting.writes = 0
    relay = Relay(counting, broker, SETTINGS, clock, {})
    assert relay.bring_back() == len(ids)
    assert counting.writes == 2
    assert relay.bring_back() == 0
    assert {run_at(counting, row_id) for row_id in (ids[0], ids[-1])} == {clock() + timedelta(days=3)}


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
