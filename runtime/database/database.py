"""A process's access to a database: units of work, written or read, from threads or an event loop."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from domain.database import UnitOfWork
from runtime.database.errors import InlineReadTooLong, WriteLocked
from runtime.database.work import Task

T = TypeVar("T")
LOOP_READERS = 2
"""Connections of an event loop to a server: it fills the batch of one while the server works on the other's."""


class Database(ABC):
    """Opened by :func:`~runtime.database.open_database`, once a process and after any fork.

    A unit of work is a re-runnable function of a connection with no other effect: it may run more
    than once before its transaction is committed, and its result counts only then.
    """

    def __init__(self, readers: int) -> None:
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="database-reader")

    @abstractmethod
    def put(self, task: Task) -> None:
        """Hand a task to whatever writes."""

    @abstractmethod
    def read(self, unit: UnitOfWork[T]) -> T:
        """Run a unit over a read-only connection on this thread; waits for a free connection."""

    @abstractmethod
    def read_inline(self, unit: UnitOfWork[T]) -> T:
        """Run a short unit on this thread, which may be an event loop's.  ``InlineReadTooLong`` when it
        took more than 5 ms."""

    def stalled(self) -> WriteLocked | None:
        """Why this process takes no writes now; None while it takes them, as far as it has noticed."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Finish what was submitted, then let everything go.  May be called again."""

    def submit(self, unit: UnitOfWork[T]) -> Future[T]:
        """Write, and hear of it by the future, after the commit."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # it cannot be called back: the writer may be at it already
        self.put(Task(unit, future))
        return future

    def write(self, unit: UnitOfWork[T]) -> T:
        """Write, and wait for the commit.  Not from an event loop, nor from within a unit of work."""
        return self.submit(unit).result()

    async def write_async(self, unit: UnitOfWork[T]) -> T:
        """Write, and wait for the commit on the running event loop.  Giving up waiting does not undo."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.put(Task(unit, future, loop))
        return await future

    async def read_async(self, unit: UnitOfWork[T]) -> T:
        """Read in the pool, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, unit)

    async def read_inline_or_pool(self, unit: UnitOfWork[T]) -> T:
        """Read here, and if that takes too long, once more in the pool."""
        try:
            return self.read_inline(unit)
        except InlineReadTooLong:
            return await self.read_async(unit)

    @abstractmethod
    async def read_cached(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        """Read as above, or give what the same key gave before if nobody has committed since.

        The unit's value depends on the key and the database alone.
        """

    def _close_pool(self) -> None:
        self._pool.shutdown()
