"""Run the waiting units of work of one process in one PostgreSQL transaction, a *group*, so that they share its commit.

A commit costs more than the statements of most units.  Concurrent transactions may conflict; the units of a group
cannot, because they run one after another.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from runtime.database.postgres.connection import LateRows, PipelinedConnection
from runtime.database.postgres.session import MOST_RERUNS, Session, is_lock_timeout
from runtime.database.work import CAREFUL_GROUPS, MOST_SECONDS, MOST_UNITS, Task, WroteAndFailed, resolve

_LOCKS_BRIEFLY = "SET LOCAL lock_timeout = '100ms'"
"""While one unit waits for a lock, the other units of its group wait too, and hold their own locks."""


class Groups:
    """Runs tasks in groups over one ``session``.

    ``more`` returns a waiting task, or None.  A group accepts no more tasks after ``most_seconds``."""

    def __init__(self, session: Session, more: Callable[[], Task | None], most_seconds: float = MOST_SECONDS) -> None:
        self.session = session
        self._more = more
        self._most_seconds = most_seconds
        self._careful = 0

    def serve(self, first: Task) -> None:
        """Run a task and the waiting ones in one transaction, commit, and resolve each task's future.

        After a conflict the group runs once more, alone.  When it fails again, or the database refuses a statement,
        each unit runs in a transaction of its own.  When the session cannot be opened, the group and all tasks that
        waited meanwhile fail together, because each try to connect may take seconds.
        """
        group = [first]
        try:
            self.session.run(
                lambda connection: self._run(group, connection),
                reruns=lambda: MOST_RERUNS if len(group) == 1 else 1,
            )
        except BaseException as error:  # noqa: BLE001 - it goes to the waiters, whatever it is
            if self.session.unreachable is not None:
                group.extend(iter(self._more, None))
            elif len(group) > 1 and not self.session.is_outcome_unknown:
                self._run_each(group)
                return
            for task in group:
                task.error = error
        else:
            _fetch(group)
        resolve(group)

    def close(self) -> None:
        self.session.close()

    def _run_each(self, group: list[Task]) -> None:
        """Run each unit in a transaction of its own; those that wait for a lock come last."""
        waiting = [task for task in group if not self._is_served_alone(task, briefly=True)]
        for task in waiting:
            self._is_served_alone(task, briefly=False)

    def _is_served_alone(self, task: Task, *, briefly: bool) -> bool:
        """Run a unit in a transaction of its own; False when the caller must run it again later.

        ``briefly``: the unit waits for a lock for 100 ms only, and returns False when that is too short.
        After the session could not be opened, the rest of the group fails without another try.
        """

        def unit(connection: PipelinedConnection) -> Any:
            if briefly:
                connection.command(_LOCKS_BRIEFLY)
            return task.unit(connection)

        task.error = None
        try:
            if self.session.unreachable is not None:
                raise self.session.unreachable
            task.value = self.session.run(unit)
        except BaseException as error:  # noqa: BLE001 - as above
            if briefly and is_lock_timeout(error):
                return False
            task.error = error
        resolve([task])
        return True

    def _run(self, group: list[Task], connection: PipelinedConnection) -> None:
        careful = self._careful > 0
        if len(group) > 1:  # again
            connection.command(_LOCKS_BRIEFLY)
            for task in group:
                self._run_one(task, connection, careful=careful, alone=False)
            return
        stop = perf_counter() + self._most_seconds
        self._run_one(group[0], connection, careful=careful, alone=True)
        while len(group) < MOST_UNITS and perf_counter() < stop and (waiting := self._more()) is not None:
            group.append(waiting)
            if len(group) == 2:
                connection.command(_LOCKS_BRIEFLY)
            self._run_one(waiting, connection, careful=careful, alone=False)
        self._careful -= careful

    def _run_one(self, task: Task, connection: PipelinedConnection, *, careful: bool, alone: bool) -> None:
        """Run a unit, and set its task's value or error; raise an error that voids the whole group."""
        if careful:
            connection.command("SAVEPOINT unit")
        connection.wrote = False
        task.value = task.error = None
        try:
            task.value = task.unit(connection)
        except BaseException as error:
            if alone and not careful:
                raise
            task.error = error
        connection.check()
        if task.error is not None and connection.wrote:
            if not careful:
                self._careful = CAREFUL_GROUPS
                raise WroteAndFailed from task.error
            connection.command("ROLLBACK TO unit")
        if careful:
            connection.command("RELEASE unit")


def _fetch(group: list[Task]) -> None:
    """Fetch the rows that units return; the server answers a group's statements before its COMMIT."""
    for task in group:
        if isinstance(task.value, LateRows) and task.error is None:
            try:
                task.value.fetch()
            except Exception as error:  # noqa: BLE001 - the caller gets the error of a row that cannot be decoded
                task.error = error
