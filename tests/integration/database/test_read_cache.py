"""What was read is kept until somebody commits, whoever that is, and no longer."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from domain.database import Connection
from runtime.database import Database, open_database, open_engine
from tests.integration.database import notes


def put(connection: Connection, note_id: str) -> None:
    connection.run(notes.add, id=note_id, text=None, size=1, at=None)


class Counted:
    """A unit that says how often it got an answer: what no unit of the product may do."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, connection: Connection) -> bytes:
        found = connection.run(notes.ids).all()
        self.runs += 1
        return ",".join(row[0] for row in found).encode()


@pytest.fixture
def opened(database_url: str, database: Database) -> Database:
    notes.create(database_url)
    database.write(lambda c: put(c, "n1"))
    return database


def test_what_nobody_changed_is_read_once(opened: Database) -> None:
    unit = Counted()

    async def twice() -> list[bytes]:
        return [await opened.read_cached("all", unit) for _ in range(2)]

    assert asyncio.run(twice()) == [b"n1", b"n1"]
    assert unit.runs == 1


def test_another_key_is_another_question(opened: Database) -> None:
    unit = Counted()

    async def two() -> None:
        await opened.read_cached("one", unit)
        await opened.read_cached("other", unit)

    asyncio.run(two())
    assert unit.runs == 2


def test_ones_own_commit_is_seen(opened: Database) -> None:
    unit = Counted()

    async def around_a_write() -> list[bytes]:
        before = await opened.read_cached("all", unit)
        await opened.write_async(lambda c: put(c, "n2"))
        return [before, await opened.read_cached("all", unit)]

    assert asyncio.run(around_a_write()) == [b"n1", b"n1,n2"]


def test_anothers_commit_is_seen(opened: Database, database_url: str) -> None:
    unit, other = Counted(), open_database(database_url)

    async def around_a_write() -> list[bytes]:
        before = await opened.read_cached("all", unit)
        await other.write_async(lambda c: put(c, "n2"))
        return [before, await opened.read_cached("all", unit)]

    assert asyncio.run(around_a_write()) == [b"n1", b"n1,n2"]
    other.close()


@pytest.mark.parametrize(("end", "after"), [("commit", b"n1,n2"), ("rollback", b"n1")])
def test_what_was_written_before_the_reading_is_seen_when_it_is_committed(
    opened: Database, database_url: str, end: str, after: bytes
) -> None:
    """On a server others write while we read, and what they wrote is not there before they commit, if they do."""
    unit, engine = Counted(), open_engine(database_url)

    async def around_the_end() -> list[bytes]:
        with engine.connect() as other:
            other.execute(text("INSERT INTO note (id, size) VALUES ('n2', 1)"))
            before = await opened.read_cached("all", unit)
            getattr(other, end)()
        return [before, await opened.read_cached("all", unit)]

    assert asyncio.run(around_the_end()) == [b"n1", after]
    engine.dispose()


def test_a_crowd_sees_no_less_than_was_committed_before_it_asked(opened: Database) -> None:
    async def ask(n: int) -> None:
        await opened.write_async(lambda c: put(c, f"n{n}"))
        found = await opened.read_cached("all", lambda c: repr([row[0] for row in c.run(notes.ids).all()]).encode())
        assert f"'n{n}'".encode() in found

    async def crowd() -> None:
        await asyncio.gather(*(ask(n) for n in range(2, 62)))

    asyncio.run(crowd())
