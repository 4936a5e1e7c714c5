"""Where everybody's database is: a file each, or a database each on one PostgreSQL server that syncs each commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.postgres import PostgresServer

KINDS = ("sqlite", "postgresql")
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")


class Databases:
    """A file for everybody.  ``pid``: the server's; None for files."""

    pid: int | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """The address of somebody's own, which is empty at first; the same one when asked again."""
        path = self._folder / name / "handwork.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{path}"

    def settle(self) -> None:
        """Have a server finish what seeding left to do, or some of the measurements pay for it."""


class OnServer(Databases):
    """A database for everybody on one server."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        super().__init__(folder)
        self.pid = server.pid
        self._create = server.create
        self._made: dict[str, str] = {}

    def url(self, name: str) -> str:
        if name not in self._made:
            self._made[name] = self._create(f"bench_{name}")
        return self._made[name]

    def settle(self) -> None:
        for url in self._made.values():
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
                connection.execute("CHECKPOINT")


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Open databases of one of ``KINDS``."""
    if kind == "sqlite":
        yield Databases(folder)
        return
    server = PostgresServer(*DURABLE)
    try:
        server.start()
        yield OnServer(folder, server)
    finally:
        server.stop()
