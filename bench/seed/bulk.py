"""Put many rows into a database before anybody else has it open."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pysqlite3
from sqlalchemy import Connection, Table, create_engine, insert, make_url

from bench.seed.rows import Row

_CHUNK = 10_000


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """One transaction, without the checks and syncs that only matter to a database that is in use."""
    with _sqlite(url) if url.startswith("sqlite:") else _postgres(url) as connection:
        yield connection


@contextmanager
def _postgres(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        yield connection
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")  # as its own upkeep does it, sooner or later
        connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()


@contextmanager
def _sqlite(url: str) -> Iterator[Connection]:
    engine = create_engine(url, module=pysqlite3)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        yield connection
        connection.commit()
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")  # as the platform's own upkeep does it
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    engine.dispose()


def fill(connection: Connection, table: Table, rows: Iterable[Row], *, without: Sequence[str] = ()) -> None:
    """``without`` names what this table does not keep."""
    for chunk in chunks(rows):
        for row in chunk:
            for name in without:
                del row[name]
        connection.execute(insert(table), chunk)


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(itertools.islice(left, _CHUNK)):
        yield chunk
