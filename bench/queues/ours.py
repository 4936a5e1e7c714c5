"""Our outbox, relay and workers, as processes, on a file and a broker of their own."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import literal, select

from bench import tasks
from bench.contenders import World
from bench.databases import Databases
from bench.ours import environment
from bench.queues.slow_server import slow_provider
from bench.queues.times import Times, paced, wait_for, wait_until
from bench.seed.rows import Size
from bench.servers import running, says
from bench.targets import CouldNotRun
from domain.cause import Cause
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.read import counts
from domain.platform.outbox.states import AttemptOutcome
from domain.platform.outbox.tables import attempt
from domain.schema.types import to_micros
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.ids import new_id
from runtime.migrate import upgrade

_CHUNK = 500
_attempts = select(attempt.c.started_at, attempt.c.finished_at, attempt.c.outcome).where(
    attempt.c.task == literal(tasks.Send.task)
)


class Ours:
    """With everything that is written for a task."""

    name = "ours"
    share = 1

    def starts(self, folder: Path, broker_url: str, *, rate: int, seconds: int) -> Times:
        """When each was accepted (before its transaction) and when it began (after its claim was committed)."""
        with _stack(folder, broker_url) as stack:

            def accept() -> None:
                _queue(stack.database, [tasks.Start(sent_ns=time.time_ns())])

            with stack.process("relay"), stack.process("payments"):
                warm = paced(rate, 1, accept)
                wait_for(stack.out, warm)
                count = paced(rate, seconds, accept)
                return wait_for(stack.out, warm + count)[warm:]

    def sends(self, folder: Path, broker_url: str, *, count: int, send_ms: int) -> Times:
        """The backlog is in the outbox before the relay and the worker start; every row is written to its end."""
        with _stack(folder, broker_url) as stack, slow_provider(folder, send_ms) as url:
            for first in range(0, count, _CHUNK):
                _queue(stack.database, [tasks.Send(url=url)] * min(_CHUNK, count - first))
            with stack.process("relay"), stack.process("notifications"):
                return stack.finished(count)


class _Stack:
    """A migrated file, and processes that know the benchmarks' tasks."""

    def __init__(self, folder: Path, env: dict[str, str], database: Database) -> None:
        self.out = folder / "noted"
        self.database = database
        self._folder = folder
        self._env = {**env, tasks.OUT_VARIABLE: str(self.out)}

    @contextmanager
    def process(self, name: str) -> Iterator[None]:
        command = [sys.executable, "-m", "bench.with_tasks", name]
        words = "relay started" if name == "relay" else "ready."
        with running(name, command, self._folder, env=self._env, ready=says(self._folder / f"{name}.log", words)):
            yield

    def finished(self, count: int) -> Times:
        """Begin and end of every row's attempt, once all rows are done; ``CouldNotRun`` when one did not succeed."""
        wait_until(lambda: count - sum(of.rows for of in self.database.read(counts)), count, "rows were done")
        rows = self.database.read(lambda connection: connection.run(_attempts).all())
        if len(rows) != count or any(outcome != AttemptOutcome.SUCCEEDED for _, _, outcome in rows):
            raise CouldNotRun(f"{count} rows made {len(rows)} attempts: {Counter(row[2] for row in rows)}")
        return [(to_micros(began) * 1000, to_micros(ended) * 1000) for began, ended, _ in rows]


@contextmanager
def _stack(folder: Path, broker_url: str) -> Iterator[_Stack]:
    folder.mkdir(parents=True, exist_ok=True)
    env = {**environment(World(folder, Size(0, 0), Databases(folder)), folder), "BROKER_URL": broker_url}
    upgrade(env["DATABASE_URL"])
    with closing(open_database(env["DATABASE_URL"])) as database:
        yield _Stack(folder, env, database)


def _queue(database: Database, works: Sequence[tasks.Start | tasks.Send]) -> None:
    cause = Cause(system_clock(), "bench", new_id("cor"), new_id)
    database.write(lambda connection: [enqueue(connection, cause, work) for work in works])
