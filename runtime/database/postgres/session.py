"""A connection to PostgreSQL that runs units of work, serialisable, and reconnects when it was lost.

The server detects conflicts by pages of indexes, and ids in the order of time put most writes on the last pages.  So
most conflicts are false: in a demo's logs, one failure in twenty was about a row that another transaction had changed.
A rerun beside the other transactions meets the next conflict.  So a rerun runs alone: first tries share a lock that a
rerun takes exclusively.  Only LOCK TABLE can wait before PostgreSQL takes the snapshot.  The locked table always
exists, and only a migration locks it too.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import count
from math import inf
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from runtime.database.errors import sqlstate
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.connection import LateRows, PipelinedConnection
from runtime.database.postgres.wire import Answer, Wire

_SERIALIZABLE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
SHARED = "LOCK TABLE alembic_version IN ROW SHARE MODE"
EXCLUSIVE = "LOCK TABLE alembic_version IN EXCLUSIVE MODE"
BEGIN = (_SERIALIZABLE, SHARED)
BEGIN_ALONE = (  # a short wait: behind a stopped transaction this one would block all later ones
    _SERIALIZABLE,
    "SET LOCAL lock_timeout = '500ms'",
    EXCLUSIVE,
    "SET LOCAL lock_timeout = '10s'",
)
MOST_RERUNS = 10  # one is enough alone, but not beside a stopped transaction or after the server was lost
RERUN_PAUSE_S = 0.005  # doubled each time, times a random part of one
LONGEST_PAUSE_S = 0.1
_ASKS_FOR_RERUN = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_NOT_TO_BE_HAD = "55P03"  # lock_not_available
T = TypeVar("T")


class Session:
    """One connection, which reopens after a loss.  One thread at a time uses it.

    ``unreachable``: why the last try to open the connection failed; None after a success.  ``conflicts``: how many
    serialisation failures and deadlocks the session has met so far.
    """

    settings: tuple[str, ...] = ()

    def __init__(self, url: str) -> None:
        self._url = url
        self._wire: Wire | None = None
        self._commit: Answer | None = None
        self.unreachable: Exception | None = None
        self.conflicts = 0
        self._open()

    def run(self, unit: Callable[[PipelinedConnection], T], *, reruns: Callable[[], int] = lambda: MOST_RERUNS) -> T:
        """Run the unit, commit, and return its result.

        The session reruns it, at most ``reruns()`` times, after a serialisation failure, a deadlock, or a loss of the
        connection before COMMIT was sent."""
        begin: tuple[str, ...] = BEGIN
        for rerun in count():
            try:
                return self._run_once(unit, begin)
            except DBAPIError as error:
                self.conflicts += sqlstate(error) in _ASKS_FOR_RERUN
                if rerun >= reruns() or not self._may_rerun(error):
                    raise
                begin = BEGIN if error.statement == EXCLUSIVE else BEGIN_ALONE
            time.sleep(min(LONGEST_PAUSE_S, RERUN_PAUSE_S * 2**rerun) * random.random())
        raise AssertionError("the last try returns or raises")

    @property
    def is_outcome_unknown(self) -> bool:
        """Return whether the server may have committed the unit without the session's knowledge.

        That is so once COMMIT may have been sent, unless the server refused it on a living connection.  The session
        must not rerun such a unit.
        """
        commit = self._commit
        if commit is None or not commit.sent:
            return False
        return self._wire is None or not commit.done or commit.result is not None

    @property
    def quickest_s(self) -> float:
        """Return the shortest wait for an answer on this connection, in seconds: about a round trip to the server."""
        return inf if self._wire is None else self._wire.quickest_s

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _run_once(self, unit: Callable[[PipelinedConnection], T], begin: tuple[str, ...]) -> T:
        self._commit = None
        connection = self._connection if self._wire is not None else self._open()
        ended = False
        try:
            self._begin(connection, begin)
            value = unit(connection)
            if isinstance(value, LateRows):
                value.fetch()
            connection.check()
            self._end(connection)
            ended = True
        finally:
            if not ended:
                self._give_up(connection)
        return value

    def _begin(self, connection: PipelinedConnection, begin: tuple[str, ...]) -> None:
        connection.begin(begin)

    def _end(self, connection: PipelinedConnection) -> None:
        """Send COMMIT with the queued statements, and wait for all answers; a lost connection is found before it."""
        connection.drain()
        self._commit = Answer("COMMIT")  # known before it is sent: the call that sends it may not return
        connection.command("COMMIT", self._commit)
        connection.wait()
        connection.check()

    def _open(self) -> PipelinedConnection:
        try:
            driver = connect_postgres(self._url, self.settings, autocommit=True)
        except Exception as error:
            self.unreachable = error
            raise
        self.unreachable = None
        self._wire = Wire(driver)
        self._connection = PipelinedConnection(self._wire)
        return self._connection

    def _give_up(self, connection: PipelinedConnection) -> None:
        """Roll back; close the connection when that fails, or when the COMMIT may have been sent.

        After a COMMIT that was begun and has no answer, libpq's queue and ours differ, so the connection is unusable.
        """
        if self.is_outcome_unknown or (self._commit is not None and not self._commit.done):
            self.close()
            return
        wire = connection.wire
        try:
            wire.sync()  # or the server would skip the next statement
            wire.send("ROLLBACK")
            wire.wait(wire.sync())
        except psycopg.Error:
            self.close()

    def _may_rerun(self, error: DBAPIError) -> bool:
        if sqlstate(error) in _ASKS_FOR_RERUN:
            return True
        if is_lock_timeout(error) and error.statement == EXCLUSIVE:
            return True  # another transaction held its lock too long: the rerun shares the lock again
        return self._wire is None and not self.is_outcome_unknown


def is_lock_timeout(error: BaseException) -> bool:
    return sqlstate(error) == _NOT_TO_BE_HAD
