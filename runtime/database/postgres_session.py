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
from typing import Any, TypeVar

import psycopg
from psycopg import RawCursor
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from domain.database import UnitOfWork
from runtime.database.connection import DriverConnection
from runtime.database.engine import connect_postgres
from runtime.database.statement import Plans

POSTGRES_PLANS = Plans(PGDialect_psycopg(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]  # SQLAlchemy's
BEGIN = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE alembic_version IN ROW SHARE MODE"
BEGIN_ALONE = (  # not for long: somebody who stands still in a transaction would hold up all who come behind us
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL lock_timeout = '500ms'; "
    "LOCK TABLE alembic_version IN EXCLUSIVE MODE; SET LOCAL lock_timeout = '10s'"
)
MOST_RERUNS = 10  # alone one is enough; not so beside somebody who stands still, or for a server that went away
RERUN_PAUSE_S = 0.005  # doubled each time, times a random part of one
LONGEST_PAUSE_S = 0.1
_ASKS_FOR_RERUN = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_NOT_TO_BE_HAD = "55P03"  # lock_not_available
T = TypeVar("T")


class _WholeNumber(Loader):
    """The sum of a BIGINT column is a NUMERIC there; ours are whole numbers and stay ``int``."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class Session:
    """One connection, made again when it was lost.  Used by one thread at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._driver: psycopg.Connection[Any] | None = None
        self._committing = False
        self._open()

    def run(self, unit: UnitOfWork[T]) -> T:
        """Run and commit; again after a serialisation failure or a deadlock, at most ten times, and when
        the connection turned out to be dead before the commit was asked for."""
        begin = BEGIN
        for rerun in range(MOST_RERUNS):
            try:
                return self._run_once(unit, begin)
            except DBAPIError as error:
                if not self._may_rerun(error):
                    raise
                begin = BEGIN if error.statement == BEGIN_ALONE else BEGIN_ALONE
            time.sleep(min(LONGEST_PAUSE_S, RERUN_PAUSE_S * 2**rerun) * random.random())
        return self._run_once(unit, BEGIN)

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _run_once(self, unit: UnitOfWork[T], begin: str) -> T:
        self._committing = False
        driver = self._driver or self._open()
        connection = self._connection
        connection.failure = None
        try:
            self._begin(driver, begin)
            value = unit(connection)
            if connection.failure is not None:
                raise connection.failure
            self._committing = True
            try:
                driver.commit()
            except psycopg.Error as error:
                raise connection.explain(error, "COMMIT") from error
        finally:
            self._leave(driver)
        return value

    def _begin(self, driver: psycopg.Connection[Any], begin: str) -> None:
        """In one way to the server and back, which is why it is ours and not the driver's."""
        try:
            driver.execute(begin.encode(), prepare=False)
        except psycopg.Error as error:
            raise self._connection.explain(error, begin) from error

    def _open(self) -> psycopg.Connection[Any]:
        driver = connect_postgres(self._url, cursor_factory=RawCursor)
        self._set_up(driver)
        driver.prepare_threshold = 1
        driver.prepared_max = Plans.LIMIT
        driver.adapters.register_loader("numeric", _WholeNumber)
        self._connection = self._connection_over(driver.cursor())
        self._driver = driver
        return driver

    def _set_up(self, driver: psycopg.Connection[Any]) -> None:
        driver.autocommit = True  # see _begin

    def _connection_over(self, cursor: Any) -> DriverConnection:
        return DriverConnection(cursor, POSTGRES_PLANS, psycopg.Error)

    def _leave(self, driver: psycopg.Connection[Any]) -> None:
        """Nothing of ours stays open; a connection that cannot even roll back is given up."""
        if driver.info.transaction_status == TransactionStatus.IDLE:
            return
        try:
            driver.rollback()
        except psycopg.Error:
            self.close()
        if driver.broken:
            self.close()

    def _may_rerun(self, error: DBAPIError) -> bool:
        state = error.orig.sqlstate if isinstance(error.orig, psycopg.Error) else None
        if state in _ASKS_FOR_RERUN:
            return True
        if state == _NOT_TO_BE_HAD and error.statement == BEGIN_ALONE:
            return True  # somebody else was not through in time: beside the others again
        return self._driver is None and not self._committing
