"""The names in outbox rows, in the table of schedules and among Celery's tasks are one list."""

from beat.schedules import SCHEDULES
from domain.notifications.work import Deliver
from domain.payments import work as payments
from domain.platform.inbox.work import Process
from domain.platform.maintenance import work as maintenance
from domain.platform.outbox.work import Work
from domain.platform.queues import POOLS, QUEUES
from tasks.app import app
from tasks.declare import REGISTRY


def all_work() -> set[type[Work]]:
    """The platform's own; a benchmark may have declared some beside it in this process."""
    return {work for work in _below(Work) if work.__module__.startswith("domain.") and hasattr(work, "task")}


def _below(kind: type[Work]) -> set[type[Work]]:
    """Its subclasses and theirs: all channels' works are of one kind, which has no task itself."""
    return {found for one in kind.__subclasses__() for found in {one, *_below(one)}}


OURS = {name: task for name, task in REGISTRY.items() if task.work in all_work()}


def test_the_list_of_work_is_not_empty() -> None:
    assert {Process, Deliver, payments.Submit, maintenance.Backup} <= all_work()


def test_every_work_that_a_use_case_can_queue_is_declared_with_its_queue() -> None:
    declared = {(task.work, task.name, task.queue) for task in OURS.values()}
    assert declared == {(work, work.task, work.queue) for work in all_work()}


def test_every_declared_task_is_registered_with_celery() -> None:
    registered = {name for name in app.tasks if not name.startswith("celery.")}
    assert registered >= set(OURS)
    assert registered <= set(REGISTRY)


def test_every_schedule_queues_declared_work() -> None:
    assert {s.work.task for s in SCHEDULES} <= set(OURS)
    assert len({s.name for s in SCHEDULES}) == len(SCHEDULES)


def test_every_queue_is_served_by_a_pool_and_by_the_relay() -> None:
    queues = {task.queue for task in OURS.values()}
    served = {queue for pool in POOLS.values() for queue in pool.queues}
    assert queues == served == set(QUEUES)
