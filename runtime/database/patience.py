"""A deadline for those who wait to write.

``flock`` has no time-out.  To poll it instead would give up its queue, and a signal that interrupts it cannot be aimed
at a thread from Python.  So the writer goes on waiting, in its place in the queue, and a thread beside it answers those
whose units of work have waited too long, and whoever comes until the lock is there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic

from runtime.database.errors import WriteLocked
from runtime.database.holder import Holder
from runtime.database.work import Task, resolve

PATIENCE_S = 10.0
"""As long as a PostgreSQL server lets a lock be waited for (``lock_timeout``)."""

log = logging.getLogger("handwork.database")


class Patience:
    """``turn`` waits for the write lock with a group of tasks; a group that waited too long comes out empty.

    ``waiting`` gives the tasks that queue behind the group; ``holder`` names who has the lock.
    """

    def __init__(
        self,
        turnstile: AbstractContextManager[None],
        waiting: Callable[[], list[Task]],
        holder: Callable[[], Holder | None],
        seconds: float,
    ) -> None:
        self._turnstile = turnstile
        self._waiting = waiting
        self._holder = holder
        self._seconds = seconds
        self._lock = threading.Lock()
        self._group: list[Task] | None = None
        self._since = 0.0
        self._is_over = False
        self._seen: Holder | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="database-patience", daemon=True)
        self._thread.start()

    @contextmanager
    def turn(self, group: list[Task]) -> Iterator[None]:
        """Until the turn begins both threads share the group; the one that takes a task out of it answers the task."""
        with self._lock:
            self._group, self._since = group, monotonic()
        with self._turnstile:
            with self._lock:
                self._group, was_over, self._is_over = None, self._is_over, False
            if was_over:
                log.warning("the write lock is there again; writes are taken")
            yield

    def check(self) -> None:
        """``WriteLocked`` while nobody's patience would help."""
        if self._is_over:
            raise self._error()

    def stalled(self) -> WriteLocked | None:
        """Why writes are refused now; None while they are not."""
        return self._error() if self._is_over else None

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(min(1.0, self._seconds / 4)):
            self._look()

    def _look(self) -> None:
        """Answer every task that waits once the group has waited too long.

        The thread reads the holder before it takes the lock: the turn can begin meanwhile, and the group is then the
        writer's again.  Refused writes, which come by an event loop, use the holder that was read last.
        """
        if not self._is_late():
            return
        self._seen = self._holder()
        with self._lock:
            if self._group is None or not self._is_late():
                return
            is_news, self._is_over = not self._is_over, True
            error = self._error()
            given_up = [*self._group, *self._waiting()]
            self._group.clear()
            for task in given_up:
                task.error = error
        if is_news:
            log.error("writes are refused: %s", error)
        resolve(given_up)

    def _is_late(self) -> bool:
        return self._group is not None and monotonic() - self._since >= self._seconds

    def _error(self) -> WriteLocked:
        return WriteLocked(monotonic() - self._since, self._seen)
