"""Everybody's data goes into both kinds of database, and means the same there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from bench import ours
from bench.databases import Databases
from bench.peers.models import Base
from bench.peers.seed import seed as seed_peer
from bench.peers.settings import with_async_driver
from bench.seed.rows import Size
from runtime.database import open_engine

SIZE = Size(jobs=50, bookings=20)


def count(connection: Connection, table: str) -> int:
    found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - ours
    return found


def test_ours_and_the_peers_hold_the_same(database_url: str) -> None:
    ours.seed(database_url, SIZE)
    seed_peer(database_url, SIZE)
    with open_engine(database_url).connect() as connection:
        for table, peers in (("job", "jobs"), ("booking", "bookings"), ("account", "accounts")):
            assert count(connection, table) == count(connection, peers)
        assert count(connection, "job") == SIZE.jobs
        assert count(connection, Base.metadata.tables["payments"].name) == 0


def test_an_address_is_the_same_when_asked_again(tmp_path: Path) -> None:
    files = Databases(tmp_path)
    assert files.url("ours") == files.url("ours") == f"sqlite:///{tmp_path}/ours/handwork.db"
    assert files.url("naive") != files.url("ours")


def test_peers_use_an_async_driver() -> None:
    assert with_async_driver("sqlite:////tmp/x.db") == "sqlite+aiosqlite:////tmp/x.db"
    at = "postgres@/x?host=/tmp/y"
    assert with_async_driver(f"postgresql://{at}") == f"postgresql+asyncpg://{at}"
