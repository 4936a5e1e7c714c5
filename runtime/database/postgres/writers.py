"""The writer threads of a process on PostgreSQL.

One thread runs all units as long as it keeps up, so that units share commits.  When a unit has waited longer than a
group should take, because the server is far away or a statement waits for a lock, the next thread helps.

With a near server two threads are slower than one, because the processor is the limit.  Their transactions may also
conflict: each conflict doubles the wait after which a thread helps, and each group without a conflict shortens it by
2 %.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from runtime.database.errors import Closed
from runtime.database.postgres.groups import Groups
from runtime.database.postgres.session import Session
from runtime.database.work import Task, resolve

NEAR_S = 0.0005
"""A server that has once answered within this many seconds is near."""
PATIENCE_S = 0.1
"""Longer than 64 requests wait for one busy thread."""
FAR_PATIENCE_S = 0.01
LONGEST_PATIENCE_S = 1.0
"""After this many seconds the busy thread counts as stuck, and another helps."""
_SHORTER = 0.98


class Writers:
    """At most ``most`` threads, each with a session of its own.  A thread starts when it is first needed.

    ``patience_s``: how many seconds a unit waits, at present, until another thread helps.
    """

    def __init__(self, open_session: Callable[[], Session], most: int) -> None:
        self._open_session = open_session
        self._most = most
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Task, float]] = deque()
        self._busy = 0
        self.patience_s = PATIENCE_S
        self._closed = False

    def put(self, task: Task) -> None:
        """Queue a task for the writer threads; ``Closed`` after ``close``."""
        with self._changed:
            if self._closed:
                raise Closed("the database is closed")
            self._waiting.append((task, monotonic()))
            if len(self._waiting) > 1:
                return  # a thread watches the queue already
            self._call_somebody()

    def close(self) -> None:
        """Commit the queued tasks, then end all threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _call_somebody(self) -> None:
        """Wake a free thread, or start one, to watch the task that has waited longest; do nothing at the limit."""
        if self._busy < len(self._threads):
            self._changed.notify()
        elif len(self._threads) < self._most:
            thread = threading.Thread(target=self._serve, name="database-writer", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self) -> None:
        groups: Groups | None = None
        while (task := self._take()) is not None:
            conflicts = groups.session.conflicts if groups is not None else 0
            try:
                groups = groups or Groups(self._open_session(), self._more)
            except BaseException as error:  # noqa: BLE001 - it goes to the waiters, whatever it is
                failed = [task, *iter(self._more, None)]  # one try to connect may take seconds
                for each in failed:
                    each.error = error
                resolve(failed)
            else:
                groups.serve(task)
            with self._changed:
                self._busy -= 1
                if groups is not None:
                    self._learn(groups.session, conflicted=groups.session.conflicts > conflicts)
        if groups is not None:
            groups.close()

    def _learn(self, session: Session, *, conflicted: bool) -> None:
        least = PATIENCE_S if session.quickest_s < NEAR_S else FAR_PATIENCE_S
        factor = 2 if conflicted else _SHORTER
        self.patience_s = min(LONGEST_PATIENCE_S, max(least, self.patience_s * factor))

    def _take(self) -> Task | None:
        """Wait until this thread should help, and return the task that has waited longest; None at the end."""
        with self._changed:
            while True:
                if not self._waiting:
                    if self._closed:
                        return None
                    self._changed.wait()
                    continue
                left = self._waiting[0][1] + self.patience_s - monotonic() if self._busy else 0.0
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._busy += 1
                task, _ = self._waiting.popleft()
                if self._waiting:
                    self._call_somebody()
                return task

    def _more(self) -> Task | None:
        with self._changed:
            return self._waiting.popleft()[0] if self._waiting else None
