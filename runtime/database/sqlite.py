"""The database as one SQLite file in WAL mode."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TypeVar

from sqlalchemy import Engine

from domain.database import UnitOfWork
from runtime.database.backend import Backend
from runtime.database.database import Database
from runtime.database.engine import open_file_engine, prepare_file, sqlite_path
from runtime.database.errors import WriteLocked
from runtime.database.lock import FileLock
from runtime.database.pool import Pool
from runtime.database.read_cache import ReadCache
from runtime.database.reader import INLINE_SECONDS, Reader
from runtime.database.watch import SqliteWatch
from runtime.database.work import Task
from runtime.database.writer import Writer

T = TypeVar("T")


class SqliteDatabase(Database):
    """One writer thread, a pool of readers, and one inline reader for each thread that reads inline."""

    def __init__(self, url: str, *, readers: int, patience_s: float) -> None:
        super().__init__(readers)
        self.path = sqlite_path(url)
        prepare_file(self.path)
        self._writer = Writer(self.path, patience_s)
        self._readers = Pool(lambda: Reader(self.path), readers)
        self._inline = threading.local()
        self._inline_readers: list[Reader] = []

    def put(self, task: Task) -> None:
        self._writer.put(task)

    def stalled(self) -> WriteLocked | None:
        return self._writer.stalled()

    def read(self, unit: UnitOfWork[T]) -> T:
        with self._readers.lend() as reader:
            return reader.read(unit)

    def read_inline(self, unit: UnitOfWork[T]) -> T:
        return self._inline_reader().read(unit)

    async def read_cached(self, key: Hashable, unit: UnitOfWork[bytes]) -> bytes:
        version = self._inline_reader().version()
        try:
            cache: ReadCache = self._inline.cache
        except AttributeError:
            cache = self._inline.cache = ReadCache()
        found = cache.get(key, version)
        if found is None:
            found = await self.read_inline_or_pool(unit)
            cache.put(key, found, version)
        return found

    def _inline_reader(self) -> Reader:
        """Return this thread's inline reader."""
        try:
            reader: Reader = self._inline.reader
        except AttributeError:
            reader = self._inline.reader = Reader(self.path, INLINE_SECONDS)
            self._inline_readers.append(reader)
        return reader

    def close(self) -> None:
        self._writer.close()
        self._close_pool()
        self._readers.close()
        while self._inline_readers:
            self._inline_readers.pop().close()


class SqliteBackend(Backend):
    def database(self, *, readers: int, writers: int, patience_s: float) -> SqliteDatabase:  # noqa: ARG002 - unused
        return SqliteDatabase(self._url, readers=readers, patience_s=patience_s)

    def engine(self, *, create: bool) -> Engine:
        return open_file_engine(sqlite_path(self._url), create=create)

    def watch(self) -> SqliteWatch:
        return SqliteWatch(sqlite_path(self._url))

    def lock(self, name: str) -> FileLock:
        path = sqlite_path(self._url)
        return FileLock(path.with_name(f"{path.name}-{name}"))
