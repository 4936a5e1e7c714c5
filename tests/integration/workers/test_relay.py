"""The relay: what is due goes out once, within its window; what the broker loses goes out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from domain.notifications.work import Deliver
from domain.payments.work import Submit
from domain.platform.outbox import control, lease
from domain.platform.outbox.claim import Claim, claim
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from runtime.database import Database, open_database, open_watch
from runtime.database.lock import FileLock
from runtime.settings import load
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.small_disk import SmallDisk
from tests.story import cause_of, tasks_of
from workers.relay.broker import BrokerDown
from workers.relay.main import Loop
from workers.relay.rounds import Relay

BATCH_OF = {"payments.submit": 1, "notifications.deliver": 25}
WINDOW = 10


class FromTheFuture(Submit, frozen=True, kw_only=True):
    """A task of the next release."""

    task = "payments.from_the_future"


@dataclass(frozen=True)
class Desk:
    """What the relay has before it."""

    database: Database
    broker: FakeBroker
    clock: Clock
    relay: Relay

    def queue(self, *work: Work, in_s: float = 0) -> list[str]:
        at, cause = self.clock() + timedelta(seconds=in_s), cause_of(self.clock, "system")
        return self.database.write(lambda c: [enqueue(c, cause, w, run_at=at) or "" for w in work])

    def claim(
        self, ids: Sequence[str], work: type[Work] = Submit, *, holder: str = "h", lease_s: float = 0
    ) -> list[Claim]:
        until = self.clock() + timedelta(seconds=lease_s)
        return self.database.write(
            lambda c: claim(c, ids, task=work.task, now=self.clock(), until=until, holder=holder)
        )

    def statuses(self) -> Counter[str]:
        return Counter(row.status for row in tasks_of(self.database))

    def published(self) -> list[str]:
        """The ids of the rows, one after another."""
        return [row_id for hint in self.broker.published for row_id in hint.ids]

    def another(self, window: int = WINDOW) -> Relay:
        return Relay(self.database, self.broker, load({"RELAY_WINDOW": str(window)}), self.clock, BATCH_OF)


@contextmanager
def desk_at(url: str, clock: Clock) -> Iterator[Desk]:
    broker, settings = FakeBroker(), load({"RELAY_WINDOW": str(WINDOW)})
    with closing(open_database(url)) as database:
        yield Desk(database, broker, clock, Relay(database, broker, settings, clock, BATCH_OF))


@pytest.fixture
def desk(database_url: str, clock: Clock) -> Iterator[Desk]:
    with desk_at(database_url, clock) as made:
        yield made


def payments(count: int) -> list[Submit]:
    return [Submit(payment_id=f"pay_{n}") for n in range(count)]


def deliveries(count: int) -> list[Deliver]:
    return [Deliver(account_id="acc_1", kind="k", subject_id=f"s{n}") for n in range(count)]


def test_what_is_due_goes_out_once(desk: Desk) -> None:
    ids = desk.queue(*payments(3))
    assert desk.relay.round() == 3
    assert desk.relay.round() == 0
    assert sorted(desk.published()) == sorted(ids)
    assert desk.statuses() == {"sent": 3}


def test_on_a_full_disk_it_goes_on_and_publishes_once(
    small_url: str, small_disk: SmallDisk, clock: Clock, tmp_path: Path
) -> None:
    """What was published and cannot be marked would go out again and again until there is room."""
    with desk_at(small_url, clock) as desk:
        loop = Loop(desk.relay, open_watch(small_url), clock, FileLock(tmp_path / "lock"))
        ids = desk.queue(*payments(3))
        small_disk.fill()
        for _ in range(3):
            loop.step()
        assert desk.statuses() == {"pending": 3}
        assert sorted(desk.published()) == sorted(ids)
        desk.broker.published.clear()
        small_disk.free()
        loop.step()
        assert desk.statuses() == {"sent": 3}
        assert sorted(desk.published()) == sorted(ids)


def test_what_is_not_due_waits_and_its_time_is_known(desk: Desk) -> None:
    desk.queue(*payments(1), in_s=60)
    assert desk.relay.round() == 0
    at = desk.relay.next_run_at()
    assert at is not None
    assert (at - desk.clock()).total_seconds() == 60
    desk.clock.forward(seconds=60)
    assert desk.relay.round() == 1


def test_the_window_bounds_what_is_in_the_broker_and_moves_on_as_rows_are_claimed(desk: Desk) -> None:
    desk.queue(*deliveries(3 * WINDOW))
    assert desk.relay.round() == WINDOW
    assert desk.relay.round() == 0
    ids = [row_id for hint in desk.broker.take() for row_id in hint.ids]
    desk.claim(ids[:4], Deliver)
    assert desk.relay.round() == 4
    assert desk.statuses() == {"sent": WINDOW, "running": 4, "pending": 2 * WINDOW - 4}


def test_a_full_queue_does_not_hold_another(desk: Desk) -> None:
    desk.queue(*deliveries(1000))
    desk.queue(*payments(1))
    desk.relay.round()
    assert {hint.queue for hint in desk.broker.published} == {"notifications", "payments"}


def test_messages_carry_no_more_rows_than_the_task_allows(desk: Desk) -> None:
    wide = desk.another(200)
    desk.queue(*deliveries(60), *payments(2))
    wide.round()
    sizes = sorted((hint.task, len(hint.ids)) for hint in desk.broker.published)
    assert sizes == [
        ("notifications.deliver", 10),
        ("notifications.deliver", 25),
        ("notifications.deliver", 25),
        ("payments.submit", 1),
        ("payments.submit", 1),
    ]


def test_a_paused_queue_keeps_its_rows(desk: Desk) -> None:
    desk.queue(*payments(2))
    operator = cause_of(desk.clock, "operator:dora")
    desk.database.write(lambda c: control.set_paused(c, operator, "payments", paused=True, reason="bank holiday"))
    assert desk.relay.round() == 0
    desk.database.write(lambda c: control.set_paused(c, operator, "payments", paused=False, reason=None))
    assert desk.relay.round() == 2


def test_a_rate_is_held(desk: Desk) -> None:
    desk.queue(*payments(9))
    operator = cause_of(desk.clock, "operator:dora")
    desk.database.write(lambda c: control.set_rate(c, operator, "payments", rate_per_s=2.0))
    sent = []
    for _ in range(8):
        sent.append(desk.relay.round())
        desk.clock.forward(seconds=0.5)
    assert sent == [1] * 8


def test_a_task_of_another_release_stays_and_stands_in_nobodys_way(desk: Desk) -> None:
    desk.queue(*[FromTheFuture(payment_id="p")] * (2 * WINDOW))
    desk.queue(*payments(1))
    assert desk.relay.round() == 1
    assert desk.statuses() == {"sent": 1, "pending": 2 * WINDOW}


def test_the_tasks_of_another_release_are_told_of_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    def told() -> int:
        desk.relay.look_for_unknown_tasks()
        return capsys.readouterr().out.count(FromTheFuture.task)

    desk.queue(*payments(1))
    assert told() == 0
    desk.queue(*[FromTheFuture(payment_id="p")] * 3)
    assert [told(), told()] == [1, 0]


def test_when_the_broker_is_down_nothing_is_marked_as_sent(desk: Desk) -> None:
    desk.queue(*payments(2))
    desk.broker.is_down = True
    with pytest.raises(BrokerDown):
        desk.relay.round()
    assert desk.statuses() == {"pending": 2}
    desk.broker.is_down = False
    assert desk.relay.round() == 2


def test_a_relay_that_dies_between_publishing_and_marking_sends_twice_and_that_is_harmless(desk: Desk) -> None:
    (row_id,) = desk.queue(*payments(1))
    desk.broker.dies_after_publishing = True
    with pytest.raises(BrokerDown):
        desk.relay.round()
    desk.broker.dies_after_publishing = False
    desk.relay.round()
    assert desk.published() == [row_id, row_id]
    claims = [desk.claim([row_id]) for _ in desk.broker.take()]
    assert [len(claimed) for claimed in claims] == [1, 0]


def test_a_lost_message_is_sent_again_after_two_seconds_when_the_queue_is_empty(desk: Desk) -> None:
    desk.queue(*payments(1))
    desk.relay.round()
    desk.relay.guard()
    desk.broker.take()  # popped by a worker that was killed
    desk.clock.forward(seconds=1.9)
    assert desk.relay.guard() == 0
    desk.clock.forward(seconds=0.1)
    assert desk.relay.guard() == 1
    assert len(desk.broker.held) == 1
    assert desk.relay.guard() == 0


def test_while_the_queue_is_long_a_sent_row_is_only_waiting_its_turn(desk: Desk) -> None:
    desk.queue(*payments(3))
    desk.relay.round()
    desk.relay.guard()
    desk.clock.forward(seconds=299)
    assert desk.relay.guard() == 0
    desk.clock.forward(seconds=1)
    assert desk.relay.guard() == 3


def test_a_broker_that_lost_its_memory_gets_everything_again_at_once(desk: Desk) -> None:
    ids = desk.queue(*payments(3))
    desk.relay.guard()
    desk.relay.round()
    desk.broker.forget()
    assert desk.relay.guard() == 3
    assert sorted(row_id for hint in desk.broker.held for row_id in hint.ids) == sorted(ids)


def test_a_relay_that_starts_beside_a_broker_that_forgot_sends_everything_again_at_once(desk: Desk) -> None:
    """As after a power cut, which ends both; what comes now must not make the others wait for minutes."""
    desk.queue(*payments(3))
    desk.relay.guard()
    desk.relay.round()
    assert desk.another().guard() == 0, "it has not forgotten"

    desk.broker.forget()
    assert desk.another().guard() == 3


def test_the_guard_sends_a_windows_worth_at_most(desk: Desk) -> None:
    wide = desk.another(100)
    narrow = desk.another()
    desk.queue(*deliveries(60))
    narrow.guard()
    wide.round()
    desk.broker.forget()
    assert narrow.guard() == WINDOW


def test_rows_of_a_holder_that_is_gone_go_out_again(desk: Desk) -> None:
    (row_id,) = desk.queue(*payments(1))
    desk.relay.round()
    desk.broker.take()
    lease_s = load({}).lease.total_seconds()
    desk.claim([row_id], holder="gone:1", lease_s=lease_s)
    desk.clock.forward(seconds=10)
    desk.database.write(
        lambda c: lease.renew(c, [row_id], holder="gone:1", until=desk.clock() + timedelta(seconds=lease_s))
    )
    desk.clock.forward(seconds=14)
    assert desk.relay.take_back() == 0
    desk.clock.forward(seconds=2)
    assert desk.relay.take_back() == 1
    assert desk.relay.round() == 1
    assert [hint.ids for hint in desk.broker.take()] == [(row_id,)]


def test_a_lease_is_renewed_for_its_holder_only(desk: Desk) -> None:
    (row_id,) = desk.queue(*payments(1))
    desk.relay.round()
    desk.claim([row_id], holder="here:1")
    assert desk.database.write(lambda c: lease.renew(c, [row_id], holder="there:2", until=desk.clock())) == 0
    assert desk.database.write(lambda c: lease.renew(c, [row_id], holder="here:1", until=desk.clock())) == 1
