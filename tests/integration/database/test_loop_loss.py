"""A caller of an event loop's connection is never left waiting when the server falls silent or the reader closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from domain.database import Connection
from runtime.database.postgres.loop import LoopReader, NotInOneTrip
from tests.integration.database import notes
from tests.integration.database.front import Front, front
from tests.integration.database.test_loop_reads import reading, until_open

MORE_THAN_SOCKETS_HOLD = "x" * 30_000_000


def run(url: str, test: Callable[[LoopReader, Front], Awaitable[None]]) -> None:
    """Run the test; an error that a callback of the loop raises fails it."""
    raised: list[dict[str, object]] = []

    async def ran() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))
        with front(url) as before:
            async with reading(before.url) as reader:
                await asyncio.wait_for(test(reader, before), 20)
                before.passing.set()

    notes.create(url)
    asyncio.run(ran())
    assert raised == []


def large(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.run(notes.by_id, wanted=MORE_THAN_SOCKETS_HOLD).all()]


@pytest.mark.parametrize("unit", [notes.all_ids, large])
def test_a_server_that_falls_silent_is_given_up(postgres_url: str, unit: Callable[[Connection], object]) -> None:
    async def fall_silent(reader: LoopReader, before: Front) -> None:
        before.passing.clear()
        sent = asyncio.ensure_future(reader.read(unit))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        unsent = asyncio.ensure_future(reader.read(notes.all_ids))
        for read in (sent, unsent):
            with pytest.raises(NotInOneTrip):
                await read
        assert reader.wire is None
        before.passing.set()
        await until_open(reader)

    run(postgres_url, fall_silent)


def test_closing_gives_back_what_was_sent_and_what_was_not(postgres_url: str) -> None:
    async def close(reader: LoopReader, before: Front) -> None:
        before.passing.clear()
        reads = [asyncio.ensure_future(reader.read(notes.all_ids))]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        reads.append(asyncio.ensure_future(reader.read(notes.all_ids)))
        await asyncio.sleep(0)
        reader.close()
        given = await asyncio.gather(*reads, return_exceptions=True)
        assert [type(each) for each in given] == [NotInOneTrip] * 2

    run(postgres_url, close)


def test_a_connection_that_breaks_while_a_batch_is_being_written_is_lost(postgres_url: str) -> None:
    async def break_off(reader: LoopReader, before: Front) -> None:
        before.passing.clear()
        read = asyncio.ensure_future(reader.read(large))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert reader.wire is not None
        reader.loop.remove_reader(reader.wire.socket)  # so that the writer's callback is the first to notice
        before.cut()
        with pytest.raises(NotInOneTrip):
            await read

    run(postgres_url, break_off)
