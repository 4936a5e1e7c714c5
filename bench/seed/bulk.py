"""Put many rows into a SQLite file before anybody else has it open."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pysqlite3
from sqlalchemy import Connection, Table, create_engine, insert

from bench.seed.rows import Row

_CHUNK = 10_000


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """One transaction, without the checks and syncs that only matter to a file that is in use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", module=pysqlite3)
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


def fill(connection: Connection, table: Table, rows: Iterable[Row], *, without: Sequence[str] = ()) -> int:
    """How many rows were put in; ``without`` names what this table does not keep."""
    chunks = iter(rows)
    count = 0
    while chunk := list(itertools.islice(chunks, _CHUNK)):
        for row in chunk:
            for name in without:
                del row[name]
        connection.execute(insert(table), chunk)
        count += len(chunk)
    return count
