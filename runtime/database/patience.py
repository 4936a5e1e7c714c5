"""A deadline for the callers whose writes wait for the write lock.

``flock`` has no time-out.  Polling it would lose the place in its queue, and Python cannot aim a signal that interrupts
it at a thread.  So the writer thread keeps waiting, in its place in the queue.  Meanwhile a second thread fails the
units of work that have waited too long, and new ones are refused until the writer has the lock.
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
"""Seconds that a write waits; equal to the ``lock_timeout`` of our PostgreSQL sessions."""

log = logging.getLogger("handwork.database")


class Patience:
    """``turn`` waits for the write lock with a group of tasks; a group that waited too long is empty afterwards.

    ``waiting`` returns the tasks that queue behind the group; ``holder`` returns the process that holds the lock.
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
        """Wait for the write lock, and hold it.

        Until then both threads share the group; the thread that removes a task from it answers the task.
        """
        with self._lock:
            self._group, self._since = group, monotonic()
        with self._turnstile:
            with self._lock:
                self._group, was_over, self._is_over = None, self._is_over, False
            if was_over:
                log.warning("write lock acquired; writes are accepted again")
            yield

    def check(self) -> None:
        """Raise ``WriteLocked`` while writes are refused."""
        if self._is_over:
            raise self._error()

    def stalled(self) -> WriteLocked | None:
        """Return why writes are refused; None while they are accepted."""
        return self._error() if self._is_over else None

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(min(1.0, self._seconds / 4)):
            self._look()

    def _look(self) -> None:
        """Fail every waiting task once the group has waited too long.

        The thread reads the holder before it takes the lock.  When the turn begins meanwhile, the group belongs to the
        writer again.  Writes that ``check`` refuses, often on an event loop, name the holder that was read last.
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
