"""A process's access to a database: it runs units of work for threads and for an event loop."""

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
"""Connections of an event loop to a server: the loop fills the batch of one while the server works on the other's."""


class Database(ABC):
    """One process's database.  ``open_database`` opens it, once a process and after any fork.

    A unit of work is a re-runnable function of a connection with no other effect.  It may run more
    than once before its transaction is committed, and its result counts only after the commit.
    """

    def __init__(self, readers: int) -> None:
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="database-reader")

    @abstractmethod
    def put(self, task: Task) -> None:
        """Queue a task for the writer threads."""

    @abstractmethod
    def read(self, unit: UnitOfWork[T]) -> T:
        """Return the result of a unit that runs on this thread; wait for a free read-only connection."""

    @abstractmethod
    def read_inline(self, unit: UnitOfWork[T]) -> T:
        """Return the result of a short unit that runs on this thread, which may be an event loop's.

        ``InlineReadTooLong`` when the unit takes more than 5 ms.
        """

    def stalled(self) -> WriteLocked | None:
        """Return why this process refuses writes; None while it accepts them, as far as it has noticed."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Finish the submitted units, then close all connections.  A second call does nothing."""

    def submit(self, unit: UnitOfWork[T]) -> Future[T]:
        """Queue a write, and return a future that resolves after the commit."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # it cannot be cancelled: the writer may run it already
        self.put(Task(unit, future))
        return future

    def write(self, unit: UnitOfWork[T]) -> T:
        """Run a unit of work, wait for its commit, and return its result.

        Never call this method on an event loop or inside a unit of work: it blocks the thread.
        """
        return self.submit(unit).result()

    async def write_async(self, unit: UnitOfWork[T]) -> T:
        """Run a unit of work, wait for its commit on the running event loop, and return its result.

        A caller that cancels the wait does not cancel the write.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.put(Task(unit, future, loop))
        return await future

    async def read_async(self, unit: UnitOfWork[T]) -> T:
        """Return the result of a unit that runs in the pool's threads, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, unit)

    async def read_inline_or_pool(self, unit: UnitOfWork[T]) -> T:
        """Return the result of a unit that runs on the event loop; run it again in the pool when it takes too long."""
        try:
            return self.read_inline(unit)
        except InlineReadTooLong:
            return await self.read_async(unit)

    @abstractmethod
    async def read_cached(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        """Return the unit's result, cached by the key until the next commit of any process.

        The result must depend on the key and the database alone.
        """

    def _close_pool(self) -> None:
        self._pool.shutdown()
