"""What is finished and old goes, five hundred rows at a time, until none is left; what is open or dead stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.platform.maintenance.work import Prune
from domain.platform.outbox import read
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.prune import prune_attempts
from domain.platform.outbox.tables import attempt, outbox
from gateways.testing import FakeCards
from runtime.database import Database
from runtime.ids import new_id
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tests.clock import Clock
from tests.engines import engine
from tests.story import tasks_of

ROWS = 1_200
_attempt = insert(attempt).values(
    {name: bindparam(name) for name in ("outbox_id", "n", "task", "started_at")} | {"worker": "host:1"}
)
_left = select(attempt.c.task)
_end_all = update(outbox).values(state="done", finished_at=outbox.c.created_at)


def tasks(database: Database, state: str | None = None) -> list[read.Task]:
    return tasks_of(database, state=state)


def test_everything_old_is_pruned_however_much_there_is(database: Database, clock: Clock) -> None:
    cause = Cause(clock(), "system", "cor_test", new_id)

    def fill(connection: Connection) -> None:
        for n in range(ROWS):
            enqueue(connection, cause, Deliver(account_id="acc_1", kind="k", subject_id=f"s{n}"))
        connection.run(_end_all)

    database.write(fill)
    clock.forward(days=1, seconds=1)
    later = Cause(clock(), "system", "cor_test", new_id)
    database.write(lambda c: enqueue(c, later, Deliver(account_id="acc_1", kind="k", subject_id="open")))
    database.write(lambda c: enqueue(c, later, Prune()))

    with engine(database, clock, FakeCards(clock)) as worker:
        runs = 0
        while waiting := [t.id for t in tasks(database, "pending") if t.task == "maintenance.prune"]:
            runs += worker.run(REGISTRY["maintenance.prune"], waiting)

    left = tasks(database)
    assert sorted(t.task for t in left if t.state == "pending") == ["notifications.deliver"]
    assert sum(t.task == "notifications.deliver" for t in left) == 1
    assert runs == ROWS // 500 + 2


def test_attempts_about_money_are_kept_for_400_days_and_others_for_30(database: Database, clock: Clock) -> None:
    cause = Cause(clock(), "system", "cor_test", new_id)
    tasks = ("payments.submit", "payouts.pay", "refunds.send", "notifications.deliver", "webhooks.handle")

    def attempted(connection: Connection) -> None:
        for n in range(2 * len(tasks)):
            row = {"outbox_id": f"tsk_{n}", "n": 1, "task": tasks[n % len(tasks)], "started_at": cause.now}
            connection.run(_attempt, **row)

    database.write(attempted)
    kept = []
    for days in (31, 400 - 31 + 1):
        clock.forward(days=days)
        old = {"other_before": clock() - timedelta(days=30), "money_before": clock() - timedelta(days=400)}
        database.write(lambda c, old=old: prune_attempts(c, **old))
        kept.append(sorted({row[0] for row in database.read(lambda c: c.run(_left).all())}))
    assert kept == [["payments.submit", "payouts.pay", "refunds.send"], []]
