"""The migration that makes the table of jobs anew, with others that refer to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

from domain.bookings import read as bookings
from runtime.database import open_database, open_engine
from runtime.migrate import upgrade
from runtime.settings import PROJECT
from tests.clock import Clock
from tests.story import hired

BEFORE, AFTER = "0020", "0021"


class Table(NamedTuple):
    has_rowid: bool
    hanging: set[str]
    rows: list[Any]


def table_of_jobs(url: str) -> Table:
    """With the names of what hangs on it; nothing may refer to a job that is not there."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'job'")).all()
        rows = connection.execute(text("SELECT * FROM job ORDER BY id")).all()
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    made = next(sql for name, sql in found if name == "job")
    return Table("WITHOUT ROWID" not in made, {name for name, sql in found if sql}, list(rows))


def downgrade(url: str, revision: str) -> None:
    command = [sys.executable, "-m", "alembic", "downgrade", revision]
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "JWT_SECRET_KEY": "j" * 32}
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)


def test_jobs_and_all_that_refers_to_them_stay_and_it_can_be_undone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handwork.db'}"
    upgrade(url)
    database = open_database(url)
    story = hired(database, Clock())
    database.close()
    downgrade(url, BEFORE)
    before = table_of_jobs(url)
    assert (before.has_rowid, len(before.rows)) == (False, 1)
    upgrade(url, AFTER)
    assert table_of_jobs(url) == before._replace(has_rowid=True)
    downgrade(url, BEFORE)
    assert table_of_jobs(url) == before
    upgrade(url)
    database = open_database(url)
    assert database.read(lambda c: bookings.by_id(c, story.booking.id)) == story.booking
    assert hired(database, Clock()).booking.id != story.booking.id
    database.close()
