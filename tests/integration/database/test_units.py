"""What holds of a unit of work on either database."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.database import Connection
from domain.errors import Conflict
from runtime.database import Closed, Database, UnitOver, open_database
from tests.integration.database import notes


@pytest.fixture(autouse=True)
def _table(database_url: str) -> None:
    notes.create(database_url)


def test_what_a_unit_wrote_is_there_with_its_types(database: Database) -> None:
    now = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
    changed = database.write(lambda c: c.run(notes.add, id="n1", text="ü", size=2**40, at=now).changed)
    assert changed == 1
    assert database.read(lambda c: c.run(notes.by_id, wanted="n1").one()) == ("n1", "ü", 2**40, now, None)


def test_a_unit_that_raises_leaves_nothing_and_its_neighbours_everything(database: Database) -> None:
    gate = threading.Event()

    def refused(connection: Connection) -> None:
        notes.put(connection, "refused")
        raise Conflict("no", "No.")

    def waits(connection: Connection) -> str:
        gate.wait(10)
        return notes.put(connection, "a")

    futures = [database.submit(unit) for unit in (waits, refused, lambda c: notes.put(c, "b"))]
    gate.set()
    assert futures[0].result(10) == "a"
    assert futures[2].result(10) == "b"
    with pytest.raises(Conflict):
        futures[1].result(10)
    assert database.read(notes.all_ids) == ["a", "b"]


def test_a_refusal_of_the_database_is_sqlalchemys_and_tells_no_values(database: Database) -> None:
    database.write(lambda c: notes.put(c, "n1"))
    with pytest.raises(IntegrityError) as caught:
        database.write(lambda c: notes.put(c, "n1", "a secret text"))
    assert "a secret text" not in str(caught.value)
    assert database.read(notes.all_ids) == ["n1"]


def test_after_a_failed_statement_the_unit_is_over(database: Database) -> None:
    """PostgreSQL tells of the failure when the unit looks at an answer."""
    database.write(lambda c: notes.put(c, "n1"))
    second: list[Exception] = []

    def goes_on(connection: Connection) -> None:
        with contextlib.suppress(DBAPIError):
            notes.put(connection, "n1")
            connection.run(notes.count).scalar()
        try:
            notes.put(connection, "n2")
        except UnitOver as error:
            second.append(error)

    with pytest.raises(IntegrityError):
        database.write(goes_on)
    assert second
    assert database.read(notes.all_ids) == ["n1"]


def test_run_many_counts_its_rows(database: Database) -> None:
    rows = [{"id": f"n{i}", "text": None, "size": i, "at": None} for i in range(5)]
    assert database.write(lambda c: c.run_many(notes.add, rows)) == 5
    assert database.write(lambda c: c.run_many(notes.add, [])) == 0
    assert database.read(lambda c: c.run(notes.count).scalar()) == 5


def test_a_sum_is_an_int(database: Database) -> None:
    database.write(lambda c: c.run(notes.add, id="n1", text=None, size=2**40, at=None))
    total = database.read(lambda c: c.run(notes.total).scalar())
    assert total == 2**40
    assert type(total) is int


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.read(lambda c: notes.put(c, "n1"))
    assert database.read(notes.all_ids) == []


def test_a_read_sees_one_moment(database: Database) -> None:
    written: list[str] = []

    def count_twice(connection: Connection) -> tuple[int, int]:
        first = connection.run(notes.count).scalar()
        written.append(database.write(lambda c: notes.put(c, f"between {len(written)}")))
        return first, connection.run(notes.count).scalar()

    first, second = database.read(count_twice)
    assert first == second
    assert database.read(lambda c: c.run(notes.count).scalar()) == len(written) > first


async def test_an_event_loop_gets_every_answer_of_many(database: Database) -> None:
    def refused(connection: Connection) -> None:
        raise Conflict("no", "No.")

    units = [(lambda c, i=i: notes.put(c, f"n{i:03}")) for i in range(200)]
    calls = [database.write_async(unit) for unit in units]
    calls.insert(50, database.write_async(refused))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(answers.pop(50), Conflict)
    assert answers == [f"n{i:03}" for i in range(200)]
    assert len(database.read(notes.all_ids)) == 200


async def test_reads_from_an_event_loop(database: Database) -> None:
    database.write(lambda c: notes.put(c, "n1"))
    assert await database.read_async(notes.all_ids) == await database.read_inline_or_pool(notes.all_ids) == ["n1"]


async def test_giving_up_waiting_hurts_nobody(database: Database) -> None:
    waiting = asyncio.create_task(database.write_async(lambda c: notes.put(c, "given-up")))
    await asyncio.sleep(0)
    waiting.cancel()
    await database.write_async(lambda c: notes.put(c, "other"))
    assert "other" in database.read(notes.all_ids)


def test_a_submitted_unit_cannot_be_called_back(database: Database) -> None:
    future = database.submit(lambda c: notes.put(c, "n1"))
    assert not future.cancel()
    assert future.result(10) == "n1"


def test_threads_write_and_read_at_once(database: Database) -> None:
    def work(i: int) -> int:
        database.write(lambda c: notes.put(c, f"n{i:03}"))
        return len(database.read(notes.all_ids))

    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(work, range(100)))
    assert max(counts) == 100


def test_counting_up_at_once_loses_nothing(database: Database) -> None:
    """Read, decide, write: the writer or SERIALIZABLE makes it one after the other."""
    database.write(lambda c: notes.put(c, "n1"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: database.write(notes.add_one), range(40)))
    assert database.read(notes.size_of) == 40


def test_close_finishes_what_was_submitted_and_takes_no_more(database_url: str) -> None:
    opened = open_database(database_url)
    futures = [opened.submit(lambda c, i=i: notes.put(c, f"n{i:02}")) for i in range(30)]
    opened.close()
    opened.close()
    assert [future.result(0) for future in futures] == [f"n{i:02}" for i in range(30)]
    with pytest.raises(Closed):
        opened.write(lambda c: notes.put(c, "late"))
    with pytest.raises(Closed):
        opened.read(notes.all_ids)
