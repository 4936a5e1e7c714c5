"""Kill -9 the processes of a stack at moments when they have work in their hands, and count those hits.

A kill counts as a *hit* only by what is seen afterwards: rows that the dead process still holds, a
request without an answer, messages that the broker had and lost, a slot that fell due while beat was dead.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg

from cli.demo.client import Client
from cli.stack.processes import children_of, is_alive
from cli.stack.stack import Stack
from domain.platform.queues import CELERY_WORKERS, FORKING
from tests.drills.look import Look
from tests.postgres import PostgresServer

TWICE = "worker-payments"
"""The drills that hunt start two copies of it, and the first one is the prey."""
HOLDERS = (*(f"{name}-0" if name == TWICE else name for name in CELERY_WORKERS if name not in FORKING), "prefork child")
KINDS = (*HOLDERS, *FORKING, "web", "relay", "beat", "sandbox", "broker")
SILENT = (*FORKING, "prefork child", "sandbox", "broker", "database")
"""They write no heartbeat under the pid that is killed."""
PATIENCE_S = 3.0
BACK_WITHIN_S = 20.0


class Hunter(threading.Thread):
    """Hunts until every kind was hit ``wanted`` times, or ``stop`` is set."""

    def __init__(
        self,
        stack: Stack,
        client: Client,
        seed: int,
        wanted: int,
        postgres: PostgresServer | None = None,
        *,
        kinds: Sequence[str] = KINDS,
        pause_s: tuple[float, float] = (0.05, 0.6),
    ) -> None:
        super().__init__(name="hunter", daemon=True)
        self._stack = stack
        self._client = client
        self._random = random.Random(seed)
        self._wanted = wanted
        self._postgres = postgres
        self.kinds = kinds if postgres is None else (*kinds, "database")
        self._pause_s = pause_s
        self.stop = threading.Event()
        self.kills: Counter[str] = Counter()
        self.hits: Counter[str] = Counter()
        self.flushes = 0
        self.failure: BaseException | None = None

    @property
    def is_satisfied(self) -> bool:
        return all(self.hits[kind] >= self._wanted for kind in self.kinds)

    def run(self) -> None:
        self._look = Look(self._stack)
        try:
            while not self.stop.is_set() and not self.is_satisfied:
                self._one_round()
        except BaseException as error:  # noqa: BLE001 - the test asks for it
            self.failure = error
        finally:
            self._look.close()

    def _one_round(self) -> None:
        """Every kind that still has to be hit, in a new order."""
        left = [kind for kind in self.kinds if self.hits[kind] < self._wanted]
        for kind in self._random.sample(left, len(left)):
            if self.stop.wait(self._random.uniform(*self._pause_s)):
                return
            pid = self._pid_of(kind)
            if pid is not None:
                self._hunt(kind, pid)

    def _pid_of(self, kind: str) -> int | None:
        if kind == "database":  # the whole server starts again when one of its processes is killed
            return self._random.choice(self._backends() or [None])
        pids = self._stack.pids()
        if kind == "prefork child":
            with suppress(KeyError):
                children = self._prefork_children()
                return self._random.choice(children) if children else None
            return None
        return pids.get(kind)

    def _prefork_children(self) -> list[int]:
        return children_of(self._stack.pids()["worker-maintenance"])

    def _backends(self) -> list[int | None]:
        with suppress(psycopg.OperationalError):  # it has not come back yet
            return [*self._postgres.backends()] if self._postgres else []
        return []

    def _hunt(self, kind: str, pid: int) -> None:
        if not self._soon(lambda: self._is_back(kind, pid), BACK_WITHIN_S):
            return
        self._soon(lambda: bool(self._work_of(kind, pid)), PATIENCE_S)
        if self.stop.is_set() or not is_alive(pid):
            return
        before = self._client.unanswered
        if kind == "broker" and self._random.random() < 0.5:
            self._forget()
        os.kill(pid, signal.SIGKILL)
        self.kills[kind] += 1
        self.hits[kind] += self._was_hit(kind, pid, before)

    def _is_back(self, kind: str, pid: int) -> bool:
        """Started again for good: its heartbeat was written.  The rest is back when it runs.  Without this, on a slow
        machine, a worker would be killed again and again while it starts, and never have work."""
        if kind not in SILENT:
            return bool(self._look.one("SELECT count(*) FROM process WHERE pid = ?", pid))
        return True

    def _work_of(self, kind: str, pid: int) -> int:
        """How much work it has in hand, as far as can be seen from outside."""
        if kind == "web":
            return self._client.open_requests
        if kind == "relay":
            return int(self._look.one("SELECT count(*) FROM outbox WHERE status = 'pending' AND run_at <= ?", _now()))
        if kind == "broker":
            return int(self._look.one("SELECT count(*) FROM outbox WHERE status = 'sent'"))
        if kind == "database":
            return self._client.open_requests
        if kind == "sandbox":
            return int(
                self._look.one("SELECT count(*) FROM outbox WHERE status = 'running' AND task LIKE 'payments.%'")
            )
        if kind == "beat":
            return int(_now() // 1_000_000 % 10 in (0, 9))  # a slot of some schedule is about to fall due
        if kind == "worker-maintenance":
            return sum(len(self._look.running_at(child)) for child in self._prefork_children())
        return len(self._look.running_at(pid))

    def _was_hit(self, kind: str, pid: int, unanswered_before: int) -> bool:
        """By what is left behind, not by what was hoped for."""
        if kind in HOLDERS:
            return bool(self._look.running_at(pid))
        if kind in ("web", "database"):
            return self._soon(lambda: self._client.unanswered > unanswered_before, 1.0)
        if kind == "worker-maintenance":
            return bool(
                self._look.one("SELECT count(*) FROM outbox WHERE status = 'running' AND queue = 'maintenance'")
            )
        return bool(self._work_of(kind, pid))

    def _soon(self, condition: Callable[[], bool], within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while not (held := condition()) and time.monotonic() < deadline and not self.stop.is_set():
            time.sleep(0.0005)
        return held

    def _forget(self) -> None:
        """The broker comes back with nothing: its append-only files are gone."""
        for file in sorted((self._stack.home / "broker").rglob("*"), reverse=True):
            if file.is_file():
                file.unlink(missing_ok=True)
        self.flushes += 1


def _now() -> int:
    return time.time_ns() // 1000
