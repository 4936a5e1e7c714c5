"""The database as a PostgreSQL server: the same units of work, on threads, serialisable."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel, RawCursor
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from domain.database import UnitOfWork
from runtime.database.connection import DriverConnection
from runtime.database.database import Database
from runtime.database.engine import connect_postgres
from runtime.database.errors import Closed, InlineReadTooLong
from runtime.database.pool import Pool
from runtime.database.statement import Plans
from runtime.database.work import Task, resolve

POSTGRES_PLANS = Plans(PGDialect_psycopg(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]  # SQLAlchemy's
MOST_RERUNS = 10  # with eight writers at one row one of them wins each time, so five were too few
RERUN_PAUSE_S = 0.005  # doubled each time, times a random part of one
LONGEST_PAUSE_S = 0.1
_ASKS_FOR_RERUN = {"40001", "40P01"}  # serialization_failure, deadlock_detected
T = TypeVar("T")


class _WholeNumber(Loader):
    """The sum of a BIGINT column is a NUMERIC there; ours are whole numbers and stay ``int``."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class Session:
    """One connection, made again when it was lost.  Used by one thread at a time."""

    def __init__(self, url: str, *, read_only: bool) -> None:
        self._url = url
        self._read_only = read_only
        self._driver: psycopg.Connection[Any] | None = None
        self._committing = False
        self._open()

    def run(self, unit: UnitOfWork[T]) -> T:
        """Run and commit; again after a serialisation failure or a deadlock, at most ten times, and when
        the connection turned out to be dead before the commit was asked for."""
        for rerun in range(MOST_RERUNS):
            try:
                return self._run_once(unit)
            except DBAPIError as error:
                if not self._may_rerun(error):
                    raise
            time.sleep(min(LONGEST_PAUSE_S, RERUN_PAUSE_S * 2**rerun) * random.random())
        return self._run_once(unit)

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _run_once(self, unit: UnitOfWork[T]) -> T:
        self._committing = False
        driver = self._driver or self._open()
        connection = self._connection
        connection.failure = None
        try:
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

    def _open(self) -> psycopg.Connection[Any]:
        driver = connect_postgres(self._url, cursor_factory=RawCursor)
        driver.isolation_level = IsolationLevel.REPEATABLE_READ if self._read_only else IsolationLevel.SERIALIZABLE
        driver.read_only = self._read_only
        driver.prepare_threshold = 1
        driver.prepared_max = Plans.LIMIT
        driver.adapters.register_loader("numeric", _WholeNumber)
        self._connection = DriverConnection(driver.cursor(), POSTGRES_PLANS, psycopg.Error)
        self._driver = driver
        return driver

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
        if isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _ASKS_FOR_RERUN:
            return True
        return self._driver is None and not self._committing


class PostgresDatabase(Database):
    """Writers on a pool of threads, readers on another; each thread borrows a session."""

    def __init__(self, url: str, *, readers: int, writers: int) -> None:
        super().__init__(readers)
        self._writers = Pool(lambda: Session(url, read_only=False), writers)
        self._readers = Pool(lambda: Session(url, read_only=True), readers)
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="database-writer")
        with self._readers.lend():  # an address that leads nowhere is refused here, at start
            pass

    def put(self, task: Task) -> None:
        try:
            self._threads.submit(self._write, task)
        except RuntimeError as error:  # what an executor says after its shutdown
            raise Closed("the database is closed") from error

    def read(self, unit: UnitOfWork[T]) -> T:
        with self._readers.lend() as session:
            return session.run(unit)

    def read_inline(self, unit: UnitOfWork[T]) -> T:  # noqa: ARG002 - the base class's signature
        """A round trip is a wait: nothing of it belongs on an event loop, so each goes to the pool."""
        raise InlineReadTooLong

    def close(self) -> None:
        self._threads.shutdown()
        self._close_pool()
        self._writers.close()
        self._readers.close()

    def _write(self, task: Task) -> None:
        try:
            with self._writers.lend() as session:
                task.value = session.run(task.unit)
        except BaseException as error:  # noqa: BLE001 - it goes to the waiter, whatever it is
            task.error = error
        resolve([task])
