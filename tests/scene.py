"""The platform without its processes: use cases, queries and a Celery worker's tasks over one database.

::

    story, payment = scene.paid()
    refund = scene.asked_back(payment)
    scene.work(minutes=5)
    assert scene.look(refunds.by_id, refund.id).status == "succeeded"
    scene.do("operator:ada", retry, refund.id)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.sql.base import Executable

from domain.cause import SYSTEM, Cause
from domain.database import Connection
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.read import Payment
from domain.payments.refunds.read import Refund
from domain.platform.outbox import due
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.read import Task
from domain.platform.outbox.work import Work
from gateways.testing import FakeCards, FakeRefunds
from runtime.database import Database
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests import metrics, story
from tests.clock import Clock
from tests.engines import engine
from tests.story import Story
from tests.work_off import work_off

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """``cards`` and ``refunds`` are the provider, a fake; ``worker`` runs tasks; ``clock`` is in the test's hand."""

    database: Database
    clock: Clock
    cards: FakeCards
    refunds: FakeRefunds
    worker: Engine

    def look(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **how: P.kwargs) -> T:
        """Return what the query reads."""
        return self.database.read(lambda c: query(c, *args, **how))

    def write(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **how: P.kwargs) -> T:
        return self.database.write(lambda c: unit(c, *args, **how))

    def put(self, statement: Executable, **values: object) -> None:
        """Run a statement that no use case runs."""
        self.database.write(lambda c: c.run(statement, **values))

    def do(
        self, actor: str, use_case: Callable[Concatenate[Connection, Cause, P], T], *args: P.args, **how: P.kwargs
    ) -> T:
        """Run a use case for the actor in a transaction of its own."""
        return self.database.write(lambda c: use_case(c, self.cause(actor), *args, **how))

    def cause(self, actor: str = SYSTEM) -> Cause:
        return story.cause_of(self.clock, actor)

    def queue(self, work: Work) -> str:
        """Queue the work; its row's id."""
        row_id = self.do(SYSTEM, enqueue, work)
        assert row_id is not None
        return row_id

    def work(self, **later: float) -> int:
        """Run every row that is due; how many ran.  ``later`` moves the clock first."""
        return work_off(self.worker, **later)

    def due(self, work: type[Work]) -> list[str]:
        """The ids of the rows of that work that may run now."""
        rows = self.look(due.due, {work.queue: 100}, now=self.clock(), known=[work.task])[work.queue]
        return [row.id for row in rows]

    def run(self, row: Task) -> int:
        """Run one row, as its message would; 0 when there is nothing to claim."""
        return self.worker.run(REGISTRY[row.task], [row.id])

    @contextmanager
    def elsewhere(self, cards: FakeCards | None = None) -> Iterator[Scene]:
        """The same with the worker of another process, and perhaps another provider."""
        theirs = cards or self.cards
        with engine(self.database, self.clock, theirs, refunds=self.refunds, holder="there:2") as other:
            yield replace(self, cards=theirs, worker=other)

    def settle(self) -> None:
        """Long enough for every retry, and for two look-ups."""
        for _ in range(6):
            self.work()
            self.clock.forward(minutes=11)
        self.work()

    def told(self, provider: str, payload: str, event_id: str | None = None) -> Cause:
        return story.told_by(provider, self.database, self.clock, payload, event_id)

    def hired(self, **how: Any) -> Story:
        return story.hired(self.database, self.clock, **how)

    def accepted(self, hire: Story | None = None, **how: Any) -> Payment:
        """Alice pays for the hire, a new one unless it is given."""
        return story.accepted(self.database, self.clock, hire or self.hired(), **how)

    def captured(self, payment: Payment) -> Payment:
        return story.captured(self.database, self.clock, payment)

    def paid(self) -> tuple[Story, Payment]:
        return story.paid(self.database, self.clock)

    def approved(self, hire: Story) -> None:
        story.approved(self.database, self.clock, hire)

    def asked_back(self, payment: Payment, amount_minor: int = 9_000, *, key: str = "k") -> Refund:
        return story.asked_back(self.database, self.clock, payment, amount_minor, key=key)

    def tasks(self, task: str | None = None, status: str | None = None) -> list[Task]:
        return story.tasks_of(self.database, task, status)

    def task(self, task: str, status: str | None = None) -> Task:
        return story.task_of(self.database, task, status)

    def heard(self, account_id: str) -> list[str]:
        return story.heard(self.database, account_id)

    def balances(self) -> dict[str, int]:
        return story.balances(self.database)

    def breaches(self) -> list[str]:
        return self.look(breaches)

    def metric(self, name: str, **labels: str) -> float | None:
        return metrics.sample(self.database, self.clock, name, **labels)
