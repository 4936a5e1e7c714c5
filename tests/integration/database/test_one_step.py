"""Pages that SQLite returns in one step hold what the plain statement returns row by row."""

from __future__ import annotations

from datetime import UTC, datetime

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.types import Float

from domain.database import IN_ONE_STEP, Connection, Row
from runtime.database import Database
from runtime.database.connection import DriverConnection
from runtime.database.engine import SQLITE_PLANS, connect_sqlite, sqlite_path
from tests.integration.database import notes

ROWS = 30
TEXTS = (None, "", "plain", 'q"uo\\te\n', "żółć 水 👷", "[1,2]", "null")
_half = literal_column("0.1", Float()) + literal_column("0.2", Float())
_plain = (
    select(notes.note, _half, func.length(notes.note.c.text))
    .where(notes.note.c.id < bindparam("before"))
    .order_by(notes.note.c.id.desc())
    .limit(bindparam("most"))
)
_at_once = _plain.execution_options(**IN_ONE_STEP)


def fill(connection: Connection) -> None:
    for n in range(ROWS):
        at = datetime(2026, 1, 1, 0, 0, 0, n, tzinfo=UTC) if n % 3 else None
        connection.run(notes.add, id=f"n{n:02d}", text=TEXTS[n % len(TEXTS)], size=2**62 + n, at=at)


@pytest.mark.parametrize(("before", "most"), [("z", 2 * ROWS), ("n20", 7), ("n00", 5)])
def test_the_rows_are_those_of_the_plain_statement(opened: Database, before: str, most: int) -> None:
    opened.write(fill)

    def both(connection: Connection) -> tuple[list[Row], list[Row]]:
        found = connection.run(_plain, before=before, most=most), connection.run(_at_once, before=before, most=most)
        return found[0].all(), found[1].all()

    plain, at_once = opened.read(both)
    assert at_once == plain
    assert [row[0] for row in at_once] == sorted((row[0] for row in at_once), reverse=True)
    assert len(at_once) == min(most, sum(f"n{n:02d}" < before for n in range(ROWS)))


def test_sqlite_returns_one_row_of_json(url: str) -> None:
    driver = connect_sqlite(sqlite_path(url))
    cursor = driver.cursor()
    fill(DriverConnection(cursor, SQLITE_PLANS, sqlite.Error))
    plan = SQLITE_PLANS.add(_at_once)
    ((text,),) = cursor.execute(plan.sql, plan.values({"before": "z", "most": ROWS})).fetchall()
    assert len(plan.decode([(text,)])) == ROWS
    driver.close()
