"""Open a database, an engine, a watch or a lock on a PostgreSQL server."""

from __future__ import annotations

from sqlalchemy import Engine

from runtime.database.backend import Backend
from runtime.database.postgres.connect import open_server_engine
from runtime.database.postgres.database import PostgresDatabase
from runtime.database.postgres.lock import AdvisoryLock
from runtime.database.postgres.watch import PostgresWatch


class PostgresBackend(Backend):
    def database(self, *, readers: int, writers: int, patience_s: float) -> PostgresDatabase:  # noqa: ARG002 - SQLite's
        return PostgresDatabase(self._url, readers=readers, writers=writers)

    def engine(self, *, create: bool) -> Engine:  # noqa: ARG002 - SQLite's
        return open_server_engine(self._url)

    def watch(self) -> PostgresWatch:
        return PostgresWatch(self._url)

    def lock(self, name: str) -> AdvisoryLock:
        return AdvisoryLock(self._url, name)
