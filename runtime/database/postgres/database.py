"""The database on a PostgreSQL server: the same units of work, serialisable, over three kinds of connections.

Writer threads share commits, the short reads of an event loop share two connections, and every other read borrows a
session of the pool.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Hashable
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Text, cast, func, select

from domain.database import Connection, UnitOfWork
from runtime.database.database import LOOP_READERS, Database
from runtime.database.errors import InlineReadTooLong
from runtime.database.pool import Pool
from runtime.database.postgres.loop import LoopReader, NotInOneTrip
from runtime.database.postgres.reader import ReadSession
from runtime.database.postgres.session import Session
from runtime.database.postgres.writers import Writers
from runtime.database.read_cache import ReadCache
from runtime.database.work import Task

_VERSION = select(cast(func.pg_current_snapshot(), Text), cast(func.pg_postmaster_start_time(), Text))
T = TypeVar("T")
Version = tuple[Any, ...]


def version(connection: Connection) -> Version:
    """Return the version of the database that a connection sees.

    It changes with each commit, and with a restart of the server, which may lose asynchronous commits.  A snapshot is
    the set of visible transactions, and no transaction leaves that set.  So when two snapshots are equal, both see
    everything that was read between them.
    """
    return tuple(connection.run(_VERSION).one())


class PostgresDatabase(Database):
    def __init__(self, url: str, *, readers: int, writers: int) -> None:
        super().__init__(readers)
        self._url = url
        self._writers = Writers(lambda: Session(url), writers)
        self._readers = Pool(lambda: ReadSession(url), readers)
        self._local = threading.local()
        self._loops: list[LoopReader] = []
        with self._readers.lend():  # refuses a wrong address at start
            pass

    def put(self, task: Task) -> None:
        self._writers.put(task)

    def read(self, unit: UnitOfWork[T]) -> T:
        with self._readers.lend() as session:
            return session.run(unit)

    def read_inline(self, unit: UnitOfWork[T]) -> T:  # noqa: ARG002 - the base class's signature
        """Raise ``InlineReadTooLong``: a round trip would block the event loop.  See ``read_inline_or_pool``."""
        raise InlineReadTooLong

    async def read_inline_or_pool(self, unit: UnitOfWork[T]) -> T:
        try:
            return await min(self._of_loop()[0], key=attrgetter("load")).read(unit)
        except NotInOneTrip:
            return await self.read_async(unit)

    async def read_cached(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        """Return the cached value when its version is current; otherwise read version and value in one round trip."""
        cache = self._of_loop()[1]
        if key in cache:
            found = cache.get(key, await self.read_inline_or_pool(version))
            if found is not None:
                return found

        def both(connection: Connection) -> tuple[Version, bytes]:
            seen = connection.run(_VERSION)
            value = unit(connection)
            return tuple(seen.one()), value

        both.__wrapped__ = unit  # type: ignore[attr-defined]  # LoopReader identifies a unit by its code
        seen, value = await self.read_inline_or_pool(both)
        cache.get(key, seen)
        cache.put(key, value, seen)
        return value

    def close(self) -> None:
        self._writers.close()
        self._close_pool()
        for reader in self._loops:
            reader.close()
        self._readers.close()

    def _of_loop(self) -> tuple[list[LoopReader], ReadCache]:
        loop = asyncio.get_running_loop()
        found: tuple[list[LoopReader], ReadCache] | None = getattr(self._local, "of_loop", None)
        if found is None or found[0][0].loop is not loop:
            readers = [LoopReader(loop, self._pool, self._url) for _ in range(LOOP_READERS)]
            found = self._local.of_loop = readers, ReadCache()
            self._loops.extend(readers)
        return found
