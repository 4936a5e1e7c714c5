"""The platform without its processes: a database, a clock in the test's hand, a fake provider, two Celery workers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain, count
from typing import Any, TypeVar

from domain.announcements.channels import EMAIL
from domain.cause import SYSTEM, Cause
from domain.database import Connection
from domain.identity.accounts.read import Account
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.platform.inbox.receive import receive
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox import due, lease
from domain.platform.outbox.due import Due
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from domain.platform.queues import QUEUES
from runtime.database import Database
from runtime.gateways import Gateways
from runtime.settings import load
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tasks.leases import Leases
from tasks.loop import LoopThread
from tests.clock import Clock
from tests.contents import contents
from tests.engines import TRANSLATORS, fake_rail
from tests.integration.market.deaths import Killed, dies_before_call, dies_before_commit, oversleeps
from tests.integration.market.provider import Provider
from tests.integration.market.seen import Seen
from tests.integration.market.suspension import Held

SETTINGS = load({"JWT_SECRET_KEY": "k" * 32})
MONEY = tuple(queue for queue in QUEUES if queue != "notifications")
"""What is worked on at every step; who is told of what is left to the end."""
T = TypeVar("T")


class World:
    """``people``: Alice and Anna post jobs, Bob, Ben and Bill do them, and Ada is an admin."""

    def __init__(self, database: Database, loops: tuple[LoopThread, LoopThread]) -> None:
        self.database = database
        self.clock = Clock()
        self.provider = Provider(self.clock)
        self._numbers = count(1)
        p = self.provider
        rail = fake_rail(self.clock, p.cards, refunds=p.refunds, accounts=p.accounts, payouts=p.payouts)
        gateways = Gateways({"stripe": rail}, {EMAIL.name: p.mails}, TRANSLATORS)
        self.first, self.second = (self._engine(gateways, loop, f"here:{n}") for n, loop in enumerate(loops, 1))
        self.clients = [self._join(name, Role.CLIENT) for name in ("Alice", "Anna")]
        self.workers = [self._join(name, Role.WORKER) for name in ("Bob", "Ben", "Bill")]
        self.admin = self._join("Ada", Role.ADMIN)
        self.held = Held()
        self.names = {person.id: person.name for person in self.people}
        self.queue(FetchEvents(provider="stripe"))  # as beat does in its first seconds: the next ones go on from there
        self.work_off()

    @property
    def people(self) -> list[Account]:
        return [*self.clients, *self.workers, self.admin]

    def new_id(self, prefix: str) -> str:
        """In the order of time, and the same in every run."""
        return f"{prefix}_{int(self.clock().timestamp() * 1e6):013x}{next(self._numbers):012x}"

    def do(self, actor: str, unit: Callable[[Connection, Cause], T]) -> T:
        cause = Cause(self.clock(), actor, self.new_id("cor"), self.new_id)
        return self.database.write(lambda connection: unit(connection, cause))

    def look(self) -> Seen:
        self.provider.list_refunds()
        return Seen(contents(self.database))

    def queue(self, work: Work) -> None:
        self.do(SYSTEM, lambda connection, cause: enqueue(connection, cause, work))

    def deliver(self, event_id: str, payload: str) -> None:
        taken = {"provider": "stripe", "event_id": event_id, "payload": payload}
        self.do("stripe", lambda connection, cause: receive(connection, cause, **taken))

    def due(self, queues: tuple[str, ...] = MONEY) -> list[Due]:
        """What may run now, in a fixed order."""
        now, known = self.clock(), list(REGISTRY)
        found = self.database.read(lambda c: due.due(c, dict.fromkeys(queues, 200), now=now, known=known))
        return sorted(chain.from_iterable(found.values()), key=lambda row: row.id)

    def run(self, row: Due) -> int:
        return self.first.run(REGISTRY[row.task], [row.id])

    def run_twice(self, row: Due) -> None:
        """The message came twice, and once more after it was done."""
        assert self.first.run(REGISTRY[row.task], [row.id, row.id]) == 1
        assert self.second.run(REGISTRY[row.task], [row.id]) == 0 or self._is_again(row)

    def die_before_call(self, row: Due) -> None:
        self._die(dies_before_call(self.first), row)

    def die_before_commit(self, row: Due) -> None:
        self._die(dies_before_commit(self.first), row)

    def oversleep(self, row: Due) -> None:
        """The first worker is slow; a second one takes over and finishes; then the first one wants to."""

        def meanwhile() -> None:
            self.take_back()
            self.second.run(REGISTRY[row.task], [row.id])

        oversleeps(self.first, meanwhile).run(REGISTRY[row.task], [row.id])

    def take_back(self) -> None:
        """Time enough for every lease to run out; the relay returns their rows."""
        self.clock.forward(seconds=16)

        def unit(connection: Connection) -> None:
            lease.take_back(connection, lease.expired(connection, now=self.clock()), now=self.clock())

        self.database.write(unit)

    def work_off(self, queues: tuple[str, ...] = MONEY) -> None:
        """Until nothing is due."""
        for _ in range(1_000):
            rows = self.due(queues)
            if not rows:
                return
            for row in rows:
                self.run(row)
        raise AssertionError(f"it never ends: {rows}")

    def _is_again(self, row: Due) -> bool:
        """It asked for another attempt at once, and got it from the second worker."""
        return any(task.id == row.id and task.attempts > 1 for task in self.look().outbox)

    def _die(self, engine: Engine, row: Due) -> None:
        try:
            engine.run(REGISTRY[row.task], [row.id])
        except Killed:
            return
        raise AssertionError(f"{row} outlived its process")

    def _join(self, name: str, role: Role) -> Account:
        email = f"{name.lower()}@example.com"
        return self.do(
            "anonymous", lambda c, cause: register(c, cause, email=email, password_hash="-", role=role, name=name)
        )

    def _engine(self, gateways: Any, loop: LoopThread, holder: str) -> Engine:
        leases = Leases(self.database, self.clock, holder, length=SETTINGS.lease, renew_every=timedelta(hours=1))
        chance = random.Random(1)
        return Engine(self.database, gateways, SETTINGS, self.clock, self.new_id, leases, loop, holder, chance)


@contextmanager
def two_loops() -> Iterator[tuple[LoopThread, LoopThread]]:
    loops = LoopThread(), LoopThread()
    for loop in loops:
        loop.start()
    try:
        yield loops
    finally:
        for loop in loops:
            loop.stop()
