"""Two engines on one file: writers queue for one connection instead of fighting for SQLite's lock."""

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
_url = f"sqlite+aiosqlite:///{load().database}"
# autocommit hands the transaction to us: BEGIN IMMEDIATE takes the lock where it can still be waited for.
writer = create_async_engine(
    _url, pool_size=1, max_overflow=0, pool_timeout=60, pool_reset_on_return=None, isolation_level="AUTOCOMMIT"
)
readers = create_async_engine(
    _url, pool_size=8, max_overflow=0, pool_timeout=60, pool_reset_on_return=None, isolation_level="AUTOCOMMIT"
)


@event.listens_for(writer.sync_engine, "connect")
@event.listens_for(readers.sync_engine, "connect")
def _tune(connection, _record) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def write(unit: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """One transaction; again, with jitter, while SQLite says busy."""
    for attempt in range(_ATTEMPTS):
        try:
            async with writer.connect() as connection:
                return await _transaction(connection, unit)
        except OperationalError as error:
            if "locked" not in str(error) or attempt == _ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0, 0.05 * 2**attempt))
    raise AssertionError("the last attempt returns or raises")


async def _transaction(connection: AsyncConnection, unit: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    await connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        result = await unit(connection)
    except BaseException:
        await connection.exec_driver_sql("ROLLBACK")
        raise
    await connection.exec_driver_sql("COMMIT")
    return result
