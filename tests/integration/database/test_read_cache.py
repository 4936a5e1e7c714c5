"""What was read is kept until somebody commits, whoever that is, and no longer."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest
from sqlalchemy import text

from domain.database import Connection
from runtime.database import Database, open_database, open_engine
from tests.integration.database import notes


class Counted:
    """A unit that says how often it got an answer: what no unit of the product may do."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, connection: Connection) -> bytes:
        found = notes.all_ids(connection)
        self.runs += 1
        return ",".join(found).encode()


@pytest.fixture
def opened(database_url: str, database: Database) -> Database:
    notes.create(database_url)
    database.write(lambda c: notes.put(c, "n1"))
    return database


async def test_what_nobody_changed_is_read_once(opened: Database) -> None:
    unit = Counted()
    assert [await opened.read_cached("all", unit) for _ in range(2)] == [b"n1", b"n1"]
    assert unit.runs == 1


async def test_another_key_is_another_question(opened: Database) -> None:
    unit = Counted()
    for key in ("one", "other"):
        await opened.read_cached(key, unit)
    assert unit.runs == 2


async def test_ones_own_commit_and_anothers_are_seen(opened: Database, database_url: str) -> None:
    unit = Counted()
    assert await opened.read_cached("all", unit) == b"n1"
    await opened.write_async(lambda c: notes.put(c, "n2"))
    assert await opened.read_cached("all", unit) == b"n1,n2"
    with closing(open_database(database_url)) as other:
        await other.write_async(lambda c: notes.put(c, "n3"))
    assert await opened.read_cached("all", unit) == b"n1,n2,n3"


@pytest.mark.parametrize(("end", "after"), [("commit", b"n1,n2"), ("rollback", b"n1")])
async def test_what_was_written_before_the_reading_is_seen_when_it_is_committed(
    opened: Database, database_url: str, end: str, after: bytes
) -> None:
    """On a server others write while we read, and what they wrote is not there before they commit, if they do."""
    unit, engine = Counted(), open_engine(database_url)
    with engine.connect() as other:
        other.execute(text("INSERT INTO note (id, size) VALUES ('n2', 1)"))
        assert await opened.read_cached("all", unit) == b"n1"
        getattr(other, end)()
    assert await opened.read_cached("all", unit) == after
    engine.dispose()


async def test_a_crowd_sees_no_less_than_was_committed_before_it_asked(opened: Database) -> None:
    async def ask(n: int) -> None:
        await opened.write_async(lambda c: notes.put(c, f"n{n}"))
        found = await opened.read_cached("all", lambda c: repr(notes.all_ids(c)).encode())
        assert f"'n{n}'".encode() in found

    await asyncio.gather(*(ask(n) for n in range(2, 62)))
