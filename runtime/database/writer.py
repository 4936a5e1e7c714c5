"""The one writer thread of a process on SQLite.

The writer thread runs the waiting units of work in one transaction (a *group*), so that they share one flush to disk.
It never waits for more units.  A unit that fails after it has written voids the group: the writer rolls it back and
runs it again with a savepoint around each unit.  It also uses savepoints for the next ``CAREFUL_GROUPS`` groups.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any

import pysqlite3.dbapi2 as sqlite

from runtime.database.connection import DriverConnection
from runtime.database.engine import SQLITE_PLANS, connect_sqlite
from runtime.database.errors import Closed, TransactionLost, WriteLocked, is_busy
from runtime.database.holder import Holder, holder_of
from runtime.database.patience import PATIENCE_S, Patience
from runtime.database.turnstile import Turnstile
from runtime.database.work import CAREFUL_GROUPS, MOST_SECONDS, MOST_UNITS, Task, WroteAndFailed, resolve

CACHE_KIB = 8_192  # holds all pages that a full group changes, so that each reaches the log once, at COMMIT

log = logging.getLogger("handwork.database")


class Writer:
    """The writer thread.  ``put`` accepts a task from any thread; the task's future resolves only after COMMIT.

    Tasks that have waited ``patience_s`` for the write lock fail with ``WriteLocked``.  The writer closes
    ``turnstile``; ``holder`` returns the process that holds its lock.  Tests pass both."""

    def __init__(
        self,
        path: Path,
        patience_s: float = PATIENCE_S,
        turnstile: Turnstile | None = None,
        holder: Callable[[], Holder | None] | None = None,
    ) -> None:
        self._path = path
        lock = self._turnstile = turnstile or Turnstile(path)
        self._patience = Patience(lock, self._all_waiting, holder or (lambda: holder_of(lock.files)), patience_s)
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._careful = 0
        self._connect()
        self._thread = threading.Thread(target=self._serve, name="database-writer", daemon=True)
        self._thread.start()

    def put(self, task: Task) -> None:
        """Queue a task.

        ``Closed`` after ``close``; ``WriteLocked`` while writes are refused; ``RuntimeError`` from within a unit of
        work, which would wait for itself."""
        if threading.get_ident() == self._thread.ident:
            raise RuntimeError("a unit of work cannot submit another: it would wait for itself")
        with self._lock:
            if self._closed:
                raise Closed("the database is closed")
            self._patience.check()
            self._queue.put(task)

    def stalled(self) -> WriteLocked | None:
        """Return why writes are refused; None while they are accepted."""
        return self._patience.stalled()

    def close(self) -> None:
        """Commit the queued tasks, then end the thread."""
        with self._lock:
            closed, self._closed = self._closed, True
            if not closed:
                self._queue.put(None)
        while self._thread.is_alive() and self.stalled() is None:  # while writes are refused, nothing is left to commit
            self._thread.join(1.0)

    def _connect(self) -> None:
        self._driver: Any = connect_sqlite(self._path)
        self._driver.execute(f"PRAGMA cache_size = -{CACHE_KIB}").fetchall()
        cursor = self._driver.cursor()
        self._execute = cursor.execute
        self._connection = DriverConnection(cursor, SQLITE_PLANS, sqlite.Error)

    def _serve(self) -> None:
        while (task := self._queue.get()) is not None:
            group = [task]
            try:
                self._serve_group(group)
            except BaseException as error:
                log.exception("writer failed; its transactions are refused")
                for each in group:
                    each.error = error
            resolve(group)
        self._driver.close()
        self._patience.close()
        self._turnstile.close()

    def _serve_group(self, group: list[Task]) -> None:
        """Run a group in one transaction; when the database voids it, run each unit alone, once."""
        try:
            with self._patience.turn(group):
                if group and (self._careful or not self._run_plainly(group)):
                    self._run_together(group, self._run_in_savepoint)
        except (TransactionLost, sqlite.Error) as error:
            if is_busy(error):
                self._give_up(group, error)
            else:
                log.warning("group of %d transactions rolled back; each is retried alone: %r", len(group), error)
                self._run_each_alone(group)

    def _run_each_alone(self, group: list[Task]) -> None:
        """Run each unit in a transaction of its own.

        An answered task leaves the group; at the deadline ``Patience`` fails the remaining ones.
        """
        for task in group:
            task.value = task.error = None
        while group:
            with self._patience.turn(group):
                if group:
                    self._run_alone(group[0])
            if group:
                resolve([group.pop(0)])

    def _give_up(self, group: list[Task], error: Exception) -> None:
        """Fail the group and all waiting tasks, because another program holds SQLite's lock.

        That program does not use the turnstile, so each task alone would wait as long again.
        """
        group.extend(self._all_waiting())
        log.error("%d transactions refused: another program holds SQLite's write lock", len(group))
        for task in group:
            task.value, task.error = None, self._connection.explain(error, "BEGIN … COMMIT")

    def _run_plainly(self, group: list[Task]) -> bool:
        """Run a group without savepoints; False when a unit failed after it had written, and all is rolled back."""
        try:
            self._run_together(group, self._run_bare)
        except WroteAndFailed:
            self._careful = CAREFUL_GROUPS
            return False
        return True

    def _run_together(self, group: list[Task], run: Callable[[Task], None]) -> None:
        """Run the group and the tasks that wait, up to ``MOST_UNITS`` and ``MOST_SECONDS``, and commit."""
        try:
            self._execute("BEGIN IMMEDIATE")
            stop = perf_counter() + MOST_SECONDS
            for task in group:
                run(task)
            while len(group) < MOST_UNITS and perf_counter() < stop and (waiting := self._waiting()) is not None:
                group.append(waiting)
                run(waiting)
            self._execute("COMMIT")
            if self._careful:
                self._careful -= 1
        finally:
            self._leave()

    def _waiting(self) -> Task | None:
        try:
            task = self._queue.get_nowait()
        except Empty:
            return None
        if task is None:  # the end mark goes back, for the outer loop
            self._queue.put(None)
        return task

    def _all_waiting(self) -> list[Task]:
        """Return all queued tasks, for a caller that fails them."""
        found: list[Task] = []
        while (task := self._waiting()) is not None:
            found.append(task)
        return found

    def _run_bare(self, task: Task) -> None:
        """Run a unit without a savepoint; ``WroteAndFailed`` when only a rollback of the group can undo it."""
        before = self._driver.total_changes
        self._run(task)
        if not self._driver.in_transaction:
            raise TransactionLost(f"by {task.error!r}") from task.error
        if task.error is not None and self._driver.total_changes != before:
            raise WroteAndFailed

    def _run_in_savepoint(self, task: Task) -> None:
        """Run a unit in a savepoint; ``TransactionLost`` when the database ended the transaction of the whole group."""
        self._execute("SAVEPOINT unit")
        self._run(task)
        if not self._driver.in_transaction:
            raise TransactionLost(f"by {task.error!r}") from task.error
        if task.error is not None:
            self._execute("ROLLBACK TO unit")
        self._execute("RELEASE unit")

    def _run_alone(self, task: Task) -> None:
        """Run a unit in a transaction of its own: every error, also that of its COMMIT, is the unit's."""
        try:
            self._execute("BEGIN IMMEDIATE")
            self._run(task)
            if task.error is None:
                self._execute("COMMIT")
        except sqlite.Error as error:
            task.error = self._connection.explain(error, "BEGIN … COMMIT")
        finally:
            self._leave()

    def _run(self, task: Task) -> None:
        connection = self._connection
        connection.failure = task.value = task.error = None
        try:
            task.value = task.unit(connection)
        except BaseException as error:  # noqa: BLE001 - it goes to the waiter, whatever it is
            task.error = error
        else:
            task.error = connection.failure  # a unit that swallowed a database error has failed

    def _leave(self) -> None:
        """Roll back an open transaction; replace a connection that cannot roll back."""
        if not self._driver.in_transaction:
            return
        try:
            self._execute("ROLLBACK")
        except sqlite.Error:
            log.exception("rollback failed; the writer opens a new connection")
            self._driver.close()
            self._connect()
