"""A statement is prepared once, whatever its parameters are: SQLite asks its authoriser only when it prepares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.sql.base import Executable

from bench.ours import seed
from bench.seed.rows import Size
from domain.marketplace.applications.read import _of_job
from domain.marketplace.jobs.read import _page
from domain.platform.outbox.due import _due
from domain.platform.outbox.tables import outbox
from runtime.database.connection import DriverConnection
from runtime.database.engine import SQLITE_PLANS, connect_sqlite
from runtime.database.upkeep import optimize

LISTS: dict[str, tuple[Executable, list[dict[str, Any]]]] = {
    "jobs": (_page, [{"of_status": s, "before": "~", "most": n} for s, n in (("open", 21), ("closed", 5))]),
    "applications": (_of_job, [{"of_job": f"job_{n}", "after": "", "most": n} for n in (20, 30)]),
    "due": (_due, [{"of_queue": "payments", "now": None, "known": ["a"], "most": n} for n in (1, 200)]),
}


def preparations(path: Path, statement: Executable, runs: list[dict[str, Any]]) -> list[int]:
    """How often SQLite asked for each of the runs."""
    asked: list[int] = []

    def authorise(*_: object) -> int:
        asked[-1] += 1
        return sqlite.SQLITE_OK

    driver = connect_sqlite(path, read_only=True)
    driver.set_authorizer(authorise)
    connection = DriverConnection(driver.cursor(), SQLITE_PLANS, sqlite.Error)
    for params in runs:
        asked.append(0)
        connection.run(statement, **params)
    driver.close()
    return asked


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_page_of_another_length_is_the_same_statement(sqlite_url: str, name: str) -> None:
    statement, runs = LISTS[name]
    first, again = preparations(Path(sqlite_url.removeprefix("sqlite:///")), statement, runs)
    assert first > 0
    assert again == 0


def test_nor_is_a_range_planned_anew_once_there_are_statistics(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    seed(sqlite_url, Size(jobs=2_000, bookings=10))
    optimize(sqlite_url)
    runs = [{"of_status": "open", "before": before, "most": 21} for before in (2**62, 5)]
    assert preparations(path, _page, runs)[1] == 0

    driver = connect_sqlite(path)
    driver.execute("PRAGMA analysis_limit = 0")
    driver.execute("ANALYZE")  # takes samples
    driver.close()
    assert preparations(path, _page, runs)[1] > 0, "or this test would not see what it is for"


def test_an_offset_is_refused(sqlite_url: str) -> None:
    pages = select(outbox.c.id).limit(bindparam("most")).offset(bindparam("skipped"))
    with pytest.raises(TypeError, match="OFFSET"):
        preparations(Path(sqlite_url.removeprefix("sqlite:///")), pages, [{"most": 1, "skipped": 1}])
