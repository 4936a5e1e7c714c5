"""The database as a PostgreSQL server: the same units of work, on threads, serialisable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from domain.database import UnitOfWork
from runtime.database.database import Database
from runtime.database.errors import Closed, InlineReadTooLong
from runtime.database.pool import Pool
from runtime.database.postgres_reader import ReadSession
from runtime.database.postgres_session import Session
from runtime.database.work import Task, resolve

T = TypeVar("T")


class PostgresDatabase(Database):
    """Writers on a pool of threads, readers on another; each thread borrows a session."""

    def __init__(self, url: str, *, readers: int, writers: int) -> None:
        super().__init__(readers)
        self._writers = Pool(lambda: Session(url), writers)
        self._readers = Pool(lambda: ReadSession(url), readers)
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
