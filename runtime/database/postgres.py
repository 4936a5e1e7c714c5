"""The database as a PostgreSQL server: the same units of work, on threads, serialisable."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Text, cast, func, select

from domain.database import Connection, UnitOfWork
from runtime.database.database import Database
from runtime.database.errors import Closed, InlineReadTooLong
from runtime.database.kept import Kept
from runtime.database.pool import Pool
from runtime.database.postgres_reader import ReadSession
from runtime.database.postgres_session import Session
from runtime.database.shared import Shared
from runtime.database.work import Task, resolve

_VERSION = select(cast(func.pg_current_snapshot(), Text), cast(func.pg_postmaster_start_time(), Text))
T = TypeVar("T")


def version(connection: Connection) -> tuple[Any, ...]:
    """Another one after anybody's commit, and after a restart, which may lose commits that were not synchronous.

    A snapshot says which transactions are seen, and none leaves that set again: of two that are equal, all that was
    read between them is seen by both.
    """
    return tuple(connection.run(_VERSION).one())


class PostgresDatabase(Database):
    """Writers on a pool of threads, readers on another; each thread borrows a session."""

    def __init__(self, url: str, *, readers: int, writers: int) -> None:
        super().__init__(readers)
        self._writers = Pool(lambda: Session(url), writers)
        self._readers = Pool(lambda: ReadSession(url), readers)
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="database-writer")
        self._local = threading.local()
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

    async def read_kept(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        try:
            kept: Kept = self._local.kept
            versions: Shared[tuple[Any, ...]] = self._local.versions
        except AttributeError:
            kept = self._local.kept = Kept()
            versions = self._local.versions = Shared(lambda: self.read_async(version))
        seen = await versions.get()
        found = kept.get(key, seen)
        if found is None:
            found = await self.read_async(unit)
            kept.put(key, found, seen)
        return found

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
