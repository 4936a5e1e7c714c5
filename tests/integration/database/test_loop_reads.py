"""Short reads of an event loop on PostgreSQL travel together, without threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.exc import DBAPIError

from domain.database import Connection
from domain.errors import Conflict
from runtime.database import Database
from runtime.database.postgres.loop import SLOW_S, LoopReader, NotInOneTrip
from tests.integration.database import notes
from tests.integration.database.front import end_sessions

_moment = select(cast(func.now(), Text))
_moment_again = _moment.limit(1)
_pid = select(func.pg_backend_pid())
_nap = select(cast(func.pg_sleep(0.2), Text))
_wrong = text("SELECT 1 / 0").columns(notes.note.c.size)


@asynccontextmanager
async def reading(url: str, slow_s: float = SLOW_S) -> AsyncIterator[LoopReader]:
    with ThreadPoolExecutor(1) as threads:
        reader = LoopReader(asyncio.get_running_loop(), threads, url, slow_s=slow_s)
        await until_open(reader)
        yield reader
        reader.close()


async def until_open(reader: LoopReader) -> None:
    async def tried() -> None:
        while True:
            try:
                await reader.read(moment)
            except NotInOneTrip:
                await asyncio.sleep(0.01)
            else:
                return

    await asyncio.wait_for(tried(), 10)


@pytest.fixture
async def reader(postgres_url: str, anyio_backend: str) -> AsyncIterator[LoopReader]:
    async with reading(postgres_url) as opened:
        yield opened


def moment(connection: Connection) -> str:
    return str(connection.run(_moment).scalar())


def trips(reader: LoopReader) -> int:
    assert reader.wire is not None
    return reader.wire.trips


@pytest.mark.usefixtures("noted")
async def test_a_crowd_takes_one_round_trip(reader: LoopReader) -> None:
    before = trips(reader)
    found = await asyncio.gather(*(reader.read(notes.all_ids) for _ in range(10)))
    assert found == [["n1"]] * 10
    assert trips(reader) == before + 1


async def test_two_statements_see_one_moment(reader: LoopReader) -> None:
    def twice(connection: Connection) -> tuple[str, str]:
        first, second = connection.run(_moment), connection.run(_moment_again)
        return first.scalar(), second.scalar()

    before = trips(reader)
    first, second = await reader.read(twice)
    assert first == second
    assert trips(reader) == before + 1


@pytest.mark.usefixtures("noted")
async def test_a_unit_that_looks_before_it_has_asked_for_all_goes_to_the_pool(reader: LoopReader) -> None:
    def looks(connection: Connection) -> list[str]:
        assert connection.run(notes.count).scalar() == 1
        return notes.all_ids(connection)

    before = trips(reader)
    for _ in range(3):
        with pytest.raises(NotInOneTrip):
            await reader.read(looks)
    assert trips(reader) == before + 1, "it is not tried again"


async def test_a_refused_statement_goes_to_the_pool(reader: LoopReader) -> None:
    with pytest.raises(NotInOneTrip):
        await reader.read(lambda c: c.run(_wrong).all())
    await reader.read(moment)


async def test_only_the_unit_that_the_server_cut_stays_in_the_pool(reader: LoopReader) -> None:
    def slow(connection: Connection) -> None:  # what was cut is known by its code
        connection.run(_nap).all()

    before = trips(reader)
    first = await asyncio.gather(reader.read(slow), reader.read(moment), return_exceptions=True)
    assert [type(each) for each in first] == [NotInOneTrip] * 2
    with pytest.raises(NotInOneTrip):
        await reader.read(slow)
    assert trips(reader) == before + 1, "the slow one is not sent again"
    assert await reader.read(moment)
    assert trips(reader) == before + 2


async def test_a_unit_that_the_server_cut_is_tried_again_later(postgres_url: str) -> None:
    def slow(connection: Connection) -> None:  # what was cut is known by its code
        connection.run(_nap).all()

    async with reading(postgres_url, slow_s=0.0) as reader:
        before = trips(reader)
        for _ in range(2):
            with pytest.raises(NotInOneTrip):
                await reader.read(slow)
        assert trips(reader) == before + 2


async def test_a_domain_error_is_the_units_own(reader: LoopReader) -> None:
    def refuses(connection: Connection) -> None:
        moment(connection)
        raise Conflict("no", "No.")

    with pytest.raises(Conflict):
        await reader.read(refuses)


async def test_a_caller_that_gave_up_harms_nobody(reader: LoopReader) -> None:
    first, second = (asyncio.ensure_future(reader.read(moment)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second


async def test_a_lost_connection_is_opened_again(reader: LoopReader, postgres_url: str) -> None:
    before = reader.wire
    end_sessions(postgres_url)
    with pytest.raises(NotInOneTrip):
        await reader.read(moment)
    await until_open(reader)
    assert reader.wire is not before


async def test_the_database_reads_on_the_loops_thread(noted: Database) -> None:
    threads: list[int] = []

    def unit(connection: Connection) -> list[str]:
        threads.append(threading.get_ident())
        return notes.all_ids(connection)

    async with asyncio.timeout(10):
        while not threads or threads[-1] != threading.get_ident():
            assert await noted.read_inline_or_pool(unit) == ["n1"]


async def test_what_is_asked_while_a_batch_is_away_goes_to_another_connection(noted: Database) -> None:
    async def pid() -> int | None:
        """Return the server's process that answered; None when a thread of the pool asked it."""
        threads: list[int] = []

        def unit(connection: Connection) -> int:
            threads.append(threading.get_ident())
            return int(connection.run(_pid).scalar())

        found = await noted.read_inline_or_pool(unit)
        return found if threads[-1] == threading.get_ident() else None

    async with asyncio.timeout(10):
        while None in (found := set(await asyncio.gather(pid(), pid(), pid()))):
            pass
    assert len(found) == 2


async def test_the_callers_of_a_database_get_answers_and_errors_all_the_same(
    noted: Database, postgres_url: str
) -> None:
    for _ in range(20):
        assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]
        assert await noted.read_cached("key", lambda c: repr(notes.all_ids(c)).encode()) == b"['n1']"
        with pytest.raises(DBAPIError, match="division by zero"):
            await noted.read_inline_or_pool(lambda c: c.run(_wrong).all())
    assert await noted.read_inline_or_pool(lambda c: c.run(_nap).all()) == [("",)]
    end_sessions(postgres_url)
    assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]


def test_a_loop_after_another_has_a_connection_of_its_own(noted: Database) -> None:
    async def ask() -> None:
        for _ in range(10):
            assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]

    for _ in range(2):
        asyncio.run(ask())
