"""The relay: what is due goes out once, within its window; what the broker loses goes out again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.payments.work import Submit
from domain.platform.outbox import control, lease
from domain.platform.outbox.claim import claim
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from runtime.database import Database, open_database, open_watch
from runtime.database.lock import FileLock
from runtime.ids import new_id
from runtime.settings import load
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.small_disk import SmallDisk
from tests.story import tasks_of
from workers.relay.broker import BrokerDown
from workers.relay.main import Loop
from workers.relay.rounds import Relay

BATCH_OF = {"payments.submit": 1, "notifications.deliver": 25}
WINDOW = 10


class FromTheFuture(Submit, frozen=True, kw_only=True):
    """A task of the next release."""

    task = "payments.from_the_future"


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def relay(database: Database, broker: FakeBroker, clock: Clock) -> Relay:
    return Relay(database, broker, load({"RELAY_WINDOW": str(WINDOW)}), clock, BATCH_OF)


def queue_up(database: Database, clock: Clock, *work: Work, in_s: float = 0) -> list[str]:
    cause = Cause(clock(), "system", "cor_test", new_id)

    def unit(connection: Connection) -> list[str]:
        later = Clock(clock())
        later.forward(seconds=in_s)
        return [row for w in work if (row := enqueue(connection, cause, w, run_at=later()))]

    return database.write(unit)


def payments(count: int) -> list[Submit]:
    return [Submit(payment_id=f"pay_{n}") for n in range(count)]


def deliveries(count: int) -> list[Deliver]:
    return [Deliver(account_id="acc_1", kind="k", subject_id=f"s{n}") for n in range(count)]


def statuses(database: Database) -> Counter[str]:
    rows = tasks_of(database)
    return Counter(row.status for row in rows)


def ids_of(broker: FakeBroker) -> list[str]:
    return [row_id for hint in broker.published for row_id in hint.ids]


def test_what_is_due_goes_out_once(database: Database, broker: FakeBroker, clock: Clock, relay: Relay) -> None:
    ids = queue_up(database, clock, *payments(3))
    assert relay.round() == 3
    assert relay.round() == 0
    assert sorted(ids_of(broker)) == sorted(ids)
    assert statuses(database) == {"sent": 3}


def test_on_a_full_disk_it_goes_on_and_publishes_once(
    small_url: str, small_disk: SmallDisk, broker: FakeBroker, clock: Clock, tmp_path: Path
) -> None:
    """What was published and cannot be marked would go out again and again until there is room."""
    database = open_database(small_url)
    relay = Relay(database, broker, load({"RELAY_WINDOW": str(WINDOW)}), clock, BATCH_OF)
    loop = Loop(relay, open_watch(small_url), clock, FileLock(tmp_path / "lock"))
    ids = queue_up(database, clock, *payments(3))
    small_disk.fill()
    for _ in range(3):
        loop.step()
    assert statuses(database) == {"pending": 3}
    assert sorted(ids_of(broker)) == sorted(ids)
    broker.published.clear()
    small_disk.free()
    loop.step()
    assert statuses(database) == {"sent": 3}
    assert sorted(ids_of(broker)) == sorted(ids)
    database.close()


def test_what_is_not_due_waits_and_its_time_is_known(database: Database, clock: Clock, relay: Relay) -> None:
    queue_up(database, clock, *payments(1), in_s=60)
    assert relay.round() == 0
    at = relay.next_run_at()
    assert at is not None
    assert (at - clock()).total_seconds() == 60
    clock.forward(seconds=60)
    assert relay.round() == 1


def test_the_window_bounds_what_is_in_the_broker_and_moves_on_as_rows_are_claimed(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    queue_up(database, clock, *deliveries(3 * WINDOW))
    assert relay.round() == WINDOW
    assert relay.round() == 0
    ids = [row_id for hint in broker.take() for row_id in hint.ids]
    database.write(lambda c: claim(c, ids[:4], task=Deliver.task, now=clock(), until=clock(), holder="h"))
    assert relay.round() == 4
    assert statuses(database) == {"sent": WINDOW, "running": 4, "pending": 2 * WINDOW - 4}


def test_a_full_queue_does_not_hold_another(database: Database, broker: FakeBroker, clock: Clock, relay: Relay) -> None:
    queue_up(database, clock, *deliveries(1000))
    queue_up(database, clock, *payments(1))
    relay.round()
    assert {hint.queue for hint in broker.published} == {"notifications", "payments"}


def test_messages_carry_no_more_rows_than_the_task_allows(database: Database, broker: FakeBroker, clock: Clock) -> None:
    wide = Relay(database, broker, load({"RELAY_WINDOW": "200"}), clock, BATCH_OF)
    queue_up(database, clock, *deliveries(60), *payments(2))
    wide.round()
    sizes = sorted((hint.task, len(hint.ids)) for hint in broker.published)
    assert sizes == [
        ("notifications.deliver", 10),
        ("notifications.deliver", 25),
        ("notifications.deliver", 25),
        ("payments.submit", 1),
        ("payments.submit", 1),
    ]


def test_a_paused_queue_keeps_its_rows(database: Database, clock: Clock, relay: Relay) -> None:
    queue_up(database, clock, *payments(2))
    operator = Cause(clock(), "operator:dora", "cor_op", new_id)
    database.write(lambda c: control.set_paused(c, operator, "payments", paused=True, reason="bank holiday"))
    assert relay.round() == 0
    database.write(lambda c: control.set_paused(c, operator, "payments", paused=False, reason=None))
    assert relay.round() == 2


def test_a_rate_is_held(database: Database, clock: Clock, relay: Relay) -> None:
    queue_up(database, clock, *payments(9))
    operator = Cause(clock(), "operator:dora", "cor_op", new_id)
    database.write(lambda c: control.set_rate(c, operator, "payments", rate_per_s=2.0))
    sent = []
    for _ in range(8):
        sent.append(relay.round())
        clock.forward(seconds=0.5)
    assert sent == [1] * 8


def test_a_task_of_another_release_stays_and_stands_in_nobodys_way(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    queue_up(database, clock, *[FromTheFuture(payment_id="p")] * (2 * WINDOW))
    queue_up(database, clock, *payments(1))
    assert relay.round() == 1
    assert statuses(database) == {"sent": 1, "pending": 2 * WINDOW}


def test_the_tasks_of_another_release_are_told_of_once(
    database: Database, clock: Clock, relay: Relay, capsys: pytest.CaptureFixture[str]
) -> None:
    def told() -> int:
        relay.look_for_unknown_tasks()
        return capsys.readouterr().out.count(FromTheFuture.task)

    queue_up(database, clock, *payments(1))
    assert told() == 0
    queue_up(database, clock, *[FromTheFuture(payment_id="p")] * 3)
    assert [told(), told()] == [1, 0]


def test_when_the_broker_is_down_nothing_is_marked_as_sent(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    queue_up(database, clock, *payments(2))
    broker.is_down = True
    with pytest.raises(BrokerDown):
        relay.round()
    assert statuses(database) == {"pending": 2}
    broker.is_down = False
    assert relay.round() == 2


def test_a_relay_that_dies_between_publishing_and_marking_sends_twice_and_that_is_harmless(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    (row_id,) = queue_up(database, clock, *payments(1))
    broker.dies_after_publishing = True
    with pytest.raises(BrokerDown):
        relay.round()
    broker.dies_after_publishing = False
    relay.round()
    assert ids_of(broker) == [row_id, row_id]
    claims = [
        database.write(lambda c: claim(c, [row_id], task=Submit.task, now=clock(), until=clock(), holder="h"))
        for _ in broker.take()
    ]
    assert [len(claimed) for claimed in claims] == [1, 0]


def test_a_lost_message_is_sent_again_after_two_seconds_when_the_queue_is_empty(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    queue_up(database, clock, *payments(1))
    relay.round()
    relay.guard()
    broker.take()  # popped by a worker that was killed
    clock.forward(seconds=1.9)
    assert relay.guard() == 0
    clock.forward(seconds=0.1)
    assert relay.guard() == 1
    assert len(broker.held) == 1
    assert relay.guard() == 0


def test_while_the_queue_is_long_a_sent_row_is_only_waiting_its_turn(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    queue_up(database, clock, *payments(3))
    relay.round()
    relay.guard()
    clock.forward(seconds=299)
    assert relay.guard() == 0
    clock.forward(seconds=1)
    assert relay.guard() == 3


def test_a_broker_that_lost_its_memory_gets_everything_again_at_once(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    ids = queue_up(database, clock, *payments(3))
    relay.guard()
    relay.round()
    broker.forget()
    assert relay.guard() == 3
    assert sorted(row_id for hint in broker.held for row_id in hint.ids) == sorted(ids)


def test_a_relay_that_starts_beside_a_broker_that_forgot_sends_everything_again_at_once(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    """As after a power cut, which ends both; what comes now must not make the others wait for minutes."""
    settings = load({"RELAY_WINDOW": str(WINDOW)})
    queue_up(database, clock, *payments(3))
    relay.guard()
    relay.round()
    assert Relay(database, broker, settings, clock, BATCH_OF).guard() == 0, "it has not forgotten"

    broker.forget()
    assert Relay(database, broker, settings, clock, BATCH_OF).guard() == 3


def test_the_guard_sends_a_windows_worth_at_most(database: Database, broker: FakeBroker, clock: Clock) -> None:
    wide = Relay(database, broker, load({"RELAY_WINDOW": "100"}), clock, BATCH_OF)
    narrow = Relay(database, broker, load({"RELAY_WINDOW": str(WINDOW)}), clock, BATCH_OF)
    queue_up(database, clock, *deliveries(60))
    narrow.guard()
    wide.round()
    broker.forget()
    assert narrow.guard() == WINDOW


def test_rows_of_a_holder_that_is_gone_go_out_again(
    database: Database, broker: FakeBroker, clock: Clock, relay: Relay
) -> None:
    (row_id,) = queue_up(database, clock, *payments(1))
    relay.round()
    broker.take()
    settings = load({})
    database.write(
        lambda c: claim(c, [row_id], task=Submit.task, now=clock(), until=clock() + settings.lease, holder="gone:1")
    )
    clock.forward(seconds=10)
    database.write(lambda c: lease.renew(c, [row_id], holder="gone:1", until=clock() + settings.lease))
    clock.forward(seconds=14)
    assert relay.take_back() == 0
    clock.forward(seconds=2)
    assert relay.take_back() == 1
    assert relay.round() == 1
    assert [hint.ids for hint in broker.take()] == [(row_id,)]


def test_a_lease_is_renewed_for_its_holder_only(database: Database, clock: Clock, relay: Relay) -> None:
    (row_id,) = queue_up(database, clock, *payments(1))
    relay.round()
    database.write(lambda c: claim(c, [row_id], task=Submit.task, now=clock(), until=clock(), holder="here:1"))
    assert database.write(lambda c: lease.renew(c, [row_id], holder="there:2", until=clock())) == 0
    assert database.write(lambda c: lease.renew(c, [row_id], holder="here:1", until=clock())) == 1
