"""Two engines on one database: on SQLite writers queue for one connection instead of fighting for its lock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bench.peers.settings import load

T = TypeVar("T")
_ATTEMPTS = 5
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-65536",
    "mmap_size=268435456",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",
)
_settings = load()
WRITERS = 1 if _settings.is_sqlite else 16
_POOL = {"max_overflow": 0, "pool_timeout": 60, "pool_reset_on_return": None}
writer = create_async_engine(_settings.database, pool_size=WRITERS, **_POOL)
readers = create_async_engine(_settings.database, pool_size=8, isolation_level="AUTOCOMMIT", **_POOL)


def _tune(connection, _record) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


if _settings.is_sqlite:
    for engine in (writer, readers):
        event.listen(engine.sync_engine, "connect", _tune)


async def write(unit: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """One transaction; again, with jitter, while SQLite says busy.

    A unit starts with an INSERT: the driver begins the transaction there, and SQLite's own waiting works.
    """
    for attempt in range(_ATTEMPTS):
        try:
            async with writer.begin() as connection:
                return await unit(connection)
        except OperationalError as error:
            if "locked" not in str(error) or attempt == _ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0, 0.05 * 2**attempt))
    raise AssertionError("the last attempt returns or raises")
