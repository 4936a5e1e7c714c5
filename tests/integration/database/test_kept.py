"""What was read is kept until somebody commits, whoever that is, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.database import Connection
from runtime.database import Database, open_database
from runtime.database.engine import sqlite_path
from runtime.database.kept import ENTRY, LONGEST, MOST_BYTES, Kept
from runtime.database.reader import Reader
from tests.integration.database import notes


def put(connection: Connection, note_id: str) -> None:
    connection.run(notes.add, id=note_id, text=None, size=1, at=None)


class Counted:
    """A unit that says how often it was run: what no unit of the product may do."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, connection: Connection) -> bytes:
        self.runs += 1
        return ",".join(row[0] for row in connection.run(notes.ids).all()).encode()


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Database]:
    notes.create(sqlite_url)
    database = open_database(sqlite_url)
    database.write(lambda c: put(c, "n1"))
    yield database
    database.close()


@pytest.fixture
def kept(opened: Database, sqlite_url: str) -> Iterator[Kept]:
    reader = Reader(Path(sqlite_path(sqlite_url)))
    yield Kept(reader)
    reader.close()


def test_what_nobody_changed_is_read_once(opened: Database) -> None:
    unit = Counted()

    async def twice() -> list[bytes]:
        return [await opened.read_kept("all", unit) for _ in range(2)]

    assert asyncio.run(twice()) == [b"n1", b"n1"]
    assert unit.runs == 1


def test_another_key_is_another_question(opened: Database) -> None:
    unit = Counted()

    async def two() -> None:
        await opened.read_kept("one", unit)
        await opened.read_kept("other", unit)

    asyncio.run(two())
    assert unit.runs == 2


def test_ones_own_commit_is_seen(opened: Database) -> None:
    unit = Counted()

    async def around_a_write() -> list[bytes]:
        before = await opened.read_kept("all", unit)
        await opened.write_async(lambda c: put(c, "n2"))
        return [before, await opened.read_kept("all", unit)]

    assert asyncio.run(around_a_write()) == [b"n1", b"n1,n2"]


def test_anothers_commit_is_seen(opened: Database, sqlite_url: str) -> None:
    unit, other = Counted(), open_database(sqlite_url)

    async def around_a_write() -> list[bytes]:
        before = await opened.read_kept("all", unit)
        await other.write_async(lambda c: put(c, "n2"))
        return [before, await opened.read_kept("all", unit)]

    assert asyncio.run(around_a_write()) == [b"n1", b"n1,n2"]
    other.close()


def test_what_was_overtaken_while_it_was_read_is_not_kept(opened: Database, kept: Kept) -> None:
    assert kept.get("all") is None
    version = kept.version
    opened.write(lambda c: put(c, "n2"))
    assert kept.get("other") is None  # somebody else asks meanwhile, and hears of the commit
    kept.put("all", b"n1", version)
    assert kept.get("all") is None


def test_a_large_value_is_not_kept(kept: Kept) -> None:
    kept.put("large", b"x" * (LONGEST + 1), kept.version)
    assert kept.get("large") is None


def test_nor_are_many_that_are_empty(kept: Kept) -> None:
    count = MOST_BYTES // ENTRY + 1
    for n in range(count):
        kept.put(n, b"", kept.version)
    assert kept.get(count - 1) == b""
    assert kept.get(0) is None


def test_many_values_are_not_kept_for_ever(kept: Kept) -> None:
    count = MOST_BYTES // LONGEST + 1
    for n in range(count):
        kept.put(n, b"x" * LONGEST, kept.version)
    assert kept.get(count - 1) is not None
    assert kept.get(0) is None
