"""A connection to PostgreSQL that runs units of work, serialisable, and comes back when it was lost.

The server sees conflicts by pages of indexes, and ids in the order of time bring everybody to the last ones: of the
failures in the logs of a demo one in twenty was about a row that another had changed.  Trying again beside the others
meets the next conflict.  So the second try runs alone: first tries share a lock that a rerun takes for itself.  LOCK
TABLE is the one way to wait before the snapshot is taken; the table is one that is always there and that nobody else
locks.
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
BEGIN_ALONE = (  # not for long: somebody who stands still in a transaction would hold up all who come behind us
    _SERIALIZABLE,
    "SET LOCAL lock_timeout = '500ms'",
    EXCLUSIVE,
    "SET LOCAL lock_timeout = '10s'",
)
MOST_RERUNS = 10  # alone one is enough; not so beside somebody who stands still, or for a server that went away
RERUN_PAUSE_S = 0.005  # doubled each time, times a random part of one
LONGEST_PAUSE_S = 0.1
_ASKS_FOR_RERUN = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_NOT_TO_BE_HAD = "55P03"  # lock_not_available
T = TypeVar("T")


class Session:
    """One connection, made again when it was lost.  Used by one thread at a time.

    ``unreachable``: why the last try to open the connection failed; None after a success.  ``conflicts``: how many
    serialisation failures and deadlocks it met so far.
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
        """Run the unit and commit.  Run it again, at most ``reruns()`` times, after a serialisation failure, a
        deadlock, or a connection that was lost before COMMIT was sent."""
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
        """The COMMIT may have been sent, and the server has not said on a living connection that it refused it.

        A unit must not run again then: the server may have committed it.
        """
        commit = self._commit
        if commit is None or not commit.sent:
            return False
        return self._wire is None or not commit.done or commit.result is not None

    @property
    def quickest_s(self) -> float:
        """The shortest wait for an answer on this connection, in seconds: about a round trip to the server."""
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
        """The COMMIT travels with the statements that nobody has waited for, unless the connection is dead by then."""
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
        """Leave no transaction open: roll back, or close the connection if that fails or may come after the commit.

        A COMMIT that was begun and has no answer leaves libpq's queue and ours out of step: nothing can be asked there.
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
            return True  # somebody else was not through in time: beside the others again
        return self._wire is None and not self.is_outcome_unknown


def is_lock_timeout(error: BaseException) -> bool:
    return sqlstate(error) == _NOT_TO_BE_HAD
