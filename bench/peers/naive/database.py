"""One engine and a session for each request, at the defaults of SQLAlchemy and the driver; SQLite in WAL."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.peers.settings import load

settings = load()
engine = create_async_engine(settings.database)
sessions = async_sessionmaker(engine, expire_on_commit=False)


def _use_wal(connection, _record) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


if settings.is_sqlite:
    event.listen(engine.sync_engine, "connect", _use_wal)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
