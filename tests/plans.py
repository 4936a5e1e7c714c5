"""SQLite's plan of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from runtime.database.engine import connect_sqlite

_OF_ONE_STEP = ("CO-ROUTINE page", "SCAN page")
"""Around a page that is returned in one step: they read the rows that the other steps found."""


def plan_of(driver: Any, sql: str, values: Sequence[object] | None = None) -> list[str]:
    """Return the steps by which SQLite finds the rows; without ``values`` each parameter is 1."""
    given = [1] * sql.count("?") if values is None else values
    rows = driver.execute(f"EXPLAIN QUERY PLAN {sql}", given).fetchall()
    return [row[3] for row in rows if row[3] not in _OF_ONE_STEP]


def without_and_with_statistics(path: Path) -> Iterator[Any]:
    """Yield a connection to this file twice: as the file is, and after ``ANALYZE``."""
    with closing(connect_sqlite(path)) as connection:
        yield connection
        connection.execute("ANALYZE")
        yield connection
