"""Short reads of an event loop on PostgreSQL travel together, without threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.exc import DBAPIError

from domain.database import Connection
from domain.errors import Conflict
from runtime.database import Database, open_database
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.loop import SLOW_S, LoopReader, NotInOneTrip
from tests.integration.database import notes

_moment = select(cast(func.now(), Text))
_moment_again = _moment.limit(1)
_pid = select(func.pg_backend_pid())
_nap = select(cast(func.pg_sleep(0.2), Text))
_wrong = text("SELECT 1 / 0").columns(notes.note.c.size)
OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


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
                await reader.read(lambda c: c.run(_moment).scalar())
            except NotInOneTrip:
                await asyncio.sleep(0.01)
            else:
                return

    await asyncio.wait_for(tried(), 10)


def run(url: str, test: Callable[[LoopReader], Awaitable[None]]) -> None:
    async def ran() -> None:
        async with reading(url) as reader:
            await test(reader)

    asyncio.run(ran())


def trips(reader: LoopReader) -> int:
    assert reader.wire is not None
    return reader.wire.trips


@pytest.mark.usefixtures("noted")
def test_a_crowd_takes_one_round_trip(postgres_url: str) -> None:
    async def crowd(reader: LoopReader) -> None:
        before = trips(reader)
        found = await asyncio.gather(*(reader.read(notes.all_ids) for _ in range(10)))
        assert found == [["n1"]] * 10
        assert trips(reader) == before + 1

    run(postgres_url, crowd)


def test_two_statements_see_one_moment(postgres_url: str) -> None:
    def twice(connection: Connection) -> tuple[str, str]:
        first, second = connection.run(_moment), connection.run(_moment_again)
        return first.scalar(), second.scalar()

    async def look(reader: LoopReader) -> None:
        before = trips(reader)
        first, second = await reader.read(twice)
        assert first == second
        assert trips(reader) == before + 1

    run(postgres_url, look)


@pytest.mark.usefixtures("noted")
def test_a_unit_that_looks_before_it_has_asked_for_all_goes_to_the_pool(postgres_url: str) -> None:
    def looks(connection: Connection) -> list[str]:
        assert connection.run(notes.count).scalar() == 1
        return notes.all_ids(connection)

    async def look(reader: LoopReader) -> None:
        before = trips(reader)
        for _ in range(3):
            with pytest.raises(NotInOneTrip):
                await reader.read(looks)
        assert trips(reader) == before + 1, "it is not tried again"

    run(postgres_url, look)


def test_a_refused_statement_goes_to_the_pool(postgres_url: str) -> None:
    async def look(reader: LoopReader) -> None:
        with pytest.raises(NotInOneTrip):
            await reader.read(lambda c: c.run(_wrong).all())
        await reader.read(lambda c: c.run(_moment).scalar())

    run(postgres_url, look)


def test_only_the_unit_that_the_server_cut_stays_in_the_pool(postgres_url: str) -> None:
    def slow(connection: Connection) -> None:
        connection.run(_nap).all()

    def quick(connection: Connection) -> str:
        return str(connection.run(_moment).scalar())

    async def look(reader: LoopReader) -> None:
        before = trips(reader)
        first = await asyncio.gather(reader.read(slow), reader.read(quick), return_exceptions=True)
        assert [type(each) for each in first] == [NotInOneTrip] * 2
        with pytest.raises(NotInOneTrip):
            await reader.read(slow)
        assert trips(reader) == before + 1, "the slow one is not sent again"
        assert await reader.read(quick)
        assert trips(reader) == before + 2

    run(postgres_url, look)


def test_a_unit_that_the_server_cut_is_tried_again_later(postgres_url: str) -> None:
    def slow(connection: Connection) -> None:
        connection.run(_nap).all()

    async def look() -> None:
        async with reading(postgres_url, slow_s=0.0) as reader:
            before = trips(reader)
            for _ in range(2):
                with pytest.raises(NotInOneTrip):
                    await reader.read(slow)
            assert trips(reader) == before + 2

    asyncio.run(look())


def test_a_domain_error_is_the_units_own(postgres_url: str) -> None:
    def refuses(connection: Connection) -> None:
        connection.run(_moment).scalar()
        raise Conflict("no", "No.")

    async def look(reader: LoopReader) -> None:
        with pytest.raises(Conflict):
            await reader.read(refuses)

    run(postgres_url, look)


def test_a_caller_that_gave_up_harms_nobody(postgres_url: str) -> None:
    async def give_up(reader: LoopReader) -> None:
        first = asyncio.ensure_future(reader.read(lambda c: c.run(_moment).scalar()))
        second = asyncio.ensure_future(reader.read(lambda c: c.run(_moment).scalar()))
        await asyncio.sleep(0)
        first.cancel()
        assert await second

    run(postgres_url, give_up)


def test_a_lost_connection_is_opened_again(postgres_url: str) -> None:
    async def lose(reader: LoopReader) -> None:
        before = reader.wire
        with connect_postgres(postgres_url, autocommit=True) as killer:
            killer.execute(OTHERS)
        with pytest.raises(NotInOneTrip):
            await reader.read(lambda c: c.run(_moment).scalar())
        await until_open(reader)
        assert reader.wire is not before

    run(postgres_url, lose)


def test_the_database_reads_on_the_loops_thread(noted: Database) -> None:
    threads: list[int] = []

    def unit(connection: Connection) -> list[str]:
        threads.append(threading.get_ident())
        return notes.all_ids(connection)

    async def until_here() -> None:
        while not threads or threads[-1] != threading.get_ident():
            assert await noted.read_inline_or_pool(unit) == ["n1"]

    asyncio.run(asyncio.wait_for(until_here(), 10))


def test_what_is_asked_while_a_batch_is_away_goes_to_another_connection(noted: Database) -> None:
    async def pid() -> int | None:
        """Return the server's process that answered; None when a thread of the pool asked it."""
        threads: list[int] = []

        def unit(connection: Connection) -> int:
            threads.append(threading.get_ident())
            return int(connection.run(_pid).scalar())

        found = await noted.read_inline_or_pool(unit)
        return found if threads[-1] == threading.get_ident() else None

    async def until_two() -> None:
        while True:
            found = set(await asyncio.gather(pid(), pid(), pid()))
            if None not in found:
                assert len(found) == 2
                return

    asyncio.run(asyncio.wait_for(until_two(), 10))


def test_the_callers_of_a_database_get_answers_and_errors_all_the_same(noted: Database, postgres_url: str) -> None:
    async def ask() -> None:
        for _ in range(20):
            assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]
            assert await noted.read_cached("key", lambda c: repr(notes.all_ids(c)).encode()) == b"['n1']"
            with pytest.raises(DBAPIError, match="division by zero"):
                await noted.read_inline_or_pool(lambda c: c.run(_wrong).all())
        assert await noted.read_inline_or_pool(lambda c: c.run(_nap).all()) == [("",)]
        with connect_postgres(postgres_url, autocommit=True) as killer:
            killer.execute(OTHERS)
        assert await noted.read_inline_or_pool(notes.all_ids) == ["n1"]

    asyncio.run(ask())


def test_a_loop_after_another_has_a_connection_of_its_own(postgres_url: str) -> None:
    notes.create(postgres_url)
    database = open_database(postgres_url)

    async def ask() -> None:
        for _ in range(10):
            assert await database.read_inline_or_pool(notes.all_ids) == []

    for _ in range(2):
        asyncio.run(ask())
    database.close()
