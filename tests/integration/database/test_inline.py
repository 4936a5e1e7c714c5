"""Reads on the calling thread: cut at 5 ms, and a cut never reaches a later read."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TypeVar

import pytest
from sqlalchemy import column, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from domain.database import Connection, UnitOfWork
from runtime.database import Database, InlineReadTooLong
from runtime.database.engine import sqlite_path
from runtime.database.reader import INLINE_SECONDS, Reader
from tests.integration.database import notes

T = TypeVar("T")

count_up = select(func.count()).select_from(notes.counted)
no_such_table = select(column("x")).select_from(text("nowhere"))
LONG = 300_000  # steps of a counting query that takes tens of milliseconds


@pytest.fixture
def opened(opened: Database) -> Database:
    opened.write(lambda c: notes.put(c, "n1"))
    return opened


def long_read(connection: Connection) -> int:
    return int(connection.run(count_up, most=LONG).scalar())


def read_inline(database: Database, unit: UnitOfWork[T]) -> T:
    """A busy machine may halt us for 5 ms within a read: such a cut is right, if it was that read's own time."""
    while True:
        start = time.perf_counter()
        try:
            return database.read_inline(unit)
        except InlineReadTooLong:
            assert time.perf_counter() - start >= INLINE_SECONDS


def test_a_long_read_is_cut(opened: Database) -> None:
    start = time.perf_counter()
    with pytest.raises(InlineReadTooLong):
        opened.read_inline(lambda c: c.run(count_up, most=100_000_000).scalar())
    assert time.perf_counter() - start < 5, "the whole read takes much longer"


def test_a_cut_that_the_unit_swallows_is_a_cut(opened: Database) -> None:
    def swallows(connection: Connection) -> str:
        with contextlib.suppress(DBAPIError):
            long_read(connection)
        return "half an answer"

    with pytest.raises(InlineReadTooLong):
        opened.read_inline(swallows)


async def test_what_was_cut_is_read_in_the_pool(opened: Database) -> None:
    assert await opened.read_inline_or_pool(long_read) == LONG


async def test_the_loop_goes_on_while_the_pool_reads(opened: Database) -> None:
    turns: list[int] = []
    reading = asyncio.create_task(opened.read_inline_or_pool(lambda c: c.run(count_up, most=3_000_000).scalar()))
    while not reading.done():
        turns.append(1)
        await asyncio.sleep(0.001)
    assert await reading == 3_000_000
    assert len(turns) > 2, "one before the read began and one behind its cut are had even when the loop stands still"


def test_a_stale_deadline_hits_no_later_read(opened: Database) -> None:
    """Well past the deadline of the read that was cut, thousands of short reads all succeed."""
    for _ in range(3):
        with pytest.raises(InlineReadTooLong):
            opened.read_inline(long_read)
        for _ in range(3_000):
            assert read_inline(opened, notes.all_ids) == ["n1"]


def test_a_cut_reaches_neither_the_end_of_its_own_read_nor_the_next(opened: Database, sqlite_url: str) -> None:
    """With a look at the clock at every step, also at COMMIT's and BEGIN's."""
    reader = Reader(sqlite_path(sqlite_url), limit=0.05, look_every=1)
    for _ in range(3):
        with pytest.raises(InlineReadTooLong):
            reader.read(lambda c: c.run(count_up, most=100_000_000).scalar())
        assert reader.read(notes.all_ids) == ["n1"]
    opened.write(lambda c: notes.put(c, "n2"))
    assert reader.read(notes.all_ids) == ["n1", "n2"]
    reader.close()


def test_a_read_that_was_slow_outside_the_database_is_not_cut(opened: Database) -> None:
    def thinks(connection: Connection) -> list[str]:
        found = notes.all_ids(connection)
        stop = time.perf_counter() + 0.01
        while time.perf_counter() < stop:
            pass
        return found

    for _ in range(20):
        assert read_inline(opened, thinks) == ["n1"]


def test_another_error_stays_itself(opened: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        read_inline(opened, lambda c: c.run(no_such_table))
    assert read_inline(opened, notes.all_ids) == ["n1"]


def test_an_inline_read_cannot_write(opened: Database) -> None:
    with pytest.raises(DBAPIError, match="readonly"):
        read_inline(opened, lambda c: notes.put(c, "n2"))


def test_it_sees_what_was_written_before(opened: Database) -> None:
    for i in range(2, 50):
        opened.write(lambda c, i=i: notes.put(c, f"n{i}"))
        assert len(read_inline(opened, notes.all_ids)) == i


def test_each_thread_has_its_own(opened: Database) -> None:
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(read_inline(opened, notes.all_ids))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["n1"]] * 8


async def test_postgresql_reads_in_the_pool(noted: Database) -> None:
    with pytest.raises(InlineReadTooLong):
        noted.read_inline(notes.all_ids)
    assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]
