"""What is finished and old goes, five hundred rows at a time, until none is left; what is open or dead stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.platform.maintenance.work import Prune
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.prune import prune_attempts
from domain.platform.outbox.tables import attempt, outbox
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tests.scene import Scene

ROWS = 1_200
_attempt = insert(attempt).values(
    {name: bindparam(name) for name in ("outbox_id", "n", "task", "started_at")} | {"worker": "host:1"}
)
_left = select(attempt.c.task)
_end_all = update(outbox).values(status="done", finished_at=outbox.c.created_at)


def test_everything_old_is_pruned_however_much_there_is(scene: Scene) -> None:
    def fill(connection: Connection, cause: Cause) -> None:
        for n in range(ROWS):
            enqueue(connection, cause, Deliver(account_id="acc_1", kind="k", subject_id=f"s{n}"))
        connection.run(_end_all)

    scene.do("system", fill)
    scene.clock.forward(days=1, seconds=1)
    scene.queue(Deliver(account_id="acc_1", kind="k", subject_id="open"))
    scene.queue(Prune())

    runs = 0
    while waiting := scene.due(Prune):
        runs += scene.worker.run(REGISTRY[Prune.task], waiting)

    left = scene.tasks()
    assert sorted(t.task for t in left if t.status == "pending") == ["notifications.deliver"]
    assert sum(t.task == "notifications.deliver" for t in left) == 1
    assert runs == ROWS // 500 + 2


def test_attempts_about_money_are_kept_for_400_days_and_others_for_30(scene: Scene) -> None:
    tasks = ("payments.submit", "payouts.pay", "refunds.send", "notifications.deliver", "webhooks.handle")

    def attempted(connection: Connection) -> None:
        for n in range(2 * len(tasks)):
            row = {"outbox_id": f"tsk_{n}", "n": 1, "task": tasks[n % len(tasks)], "started_at": scene.clock()}
            connection.run(_attempt, **row)

    scene.database.write(attempted)
    kept = []
    for days in (31, 400 - 31 + 1):
        scene.clock.forward(days=days)
        old = {"other_before": scene.clock() - timedelta(days=30), "money_before": scene.clock() - timedelta(days=400)}
        scene.write(prune_attempts, **old)
        kept.append(sorted({row[0] for row in scene.database.read(lambda c: c.run(_left).all())}))
    assert kept == [["payments.submit", "payouts.pay", "refunds.send"], []]
