"""The Stripe gateway against servers that misbehave on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TypeVar

import pytest

from domain.payments.ports import Captured
from domain.provider_errors import OutcomeUnknown, ProviderError, TryLater
from gateways.http import CONNECTIONS
from gateways.stripe.cards import StripeCards
from gateways.stripe.open import open_all
from tests.contract.rude_server import (
    Manners,
    RudeServer,
    answers,
    closes,
    drips,
    hangs,
    resets,
    rude_server,
    stops_halfway,
    talks_nonsense,
)
from tests.contract.worlds import closing
from tests.unit.gateways.stripe_bodies import NOW, charge, error, intent, order, transaction

DEADLINE = timedelta(seconds=1)
LONG = timedelta(seconds=10)
NEVER = timedelta(hours=1)
"""A deadline that no test lives to see."""
GOOD = json.dumps(intent(latest_charge=charge(balance_transaction=transaction()))).encode()
T = TypeVar("T")


def opened(base: str) -> AbstractAsyncContextManager[StripeCards]:
    return closing(open_all("sk_test_1", base).cards)


def talk(manners: Manners, conversation: Callable[[StripeCards, RudeServer], Awaitable[T]]) -> T:
    async def run() -> T:
        async with rude_server(manners) as server, opened(server.base) as cards:
            return await conversation(cards, server)

    return asyncio.run(run())


async def failing(call: Awaitable[object]) -> tuple[ProviderError, float]:
    began = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value, time.monotonic() - began


@pytest.mark.parametrize("manners", [hangs, drips(GOOD, 0.1), drips(GOOD, 1.0), drips(b" " * 5000, 0.05)])
def test_the_deadline_bounds_the_whole_call(manners: Manners) -> None:
    found, took = talk(manners, lambda cards, _: failing(cards.submit(order(), DEADLINE)))
    assert isinstance(found, OutcomeUnknown)
    assert (found.code, found.stored) == ("deadline_passed", False)
    assert 0.9 < took < 30


def test_the_deadline_bounds_a_look_up_of_many_pages() -> None:
    page = json.dumps({"data": [intent(id="pi_7", metadata={})], "has_more": True}).encode()
    found, took = talk(answers(page), lambda cards, _: failing(cards.look_up(order(), DEADLINE)))
    assert isinstance(found, TryLater)
    assert 0.9 < took < 30


@pytest.mark.parametrize("manners", [resets, closes, stops_halfway, talks_nonsense])
def test_a_connection_that_breaks_after_the_request_is_in_doubt(manners: Manners) -> None:
    found, took = talk(manners, lambda cards, _: failing(cards.submit(order(), LONG)))
    assert isinstance(found, OutcomeUnknown)
    assert (found.code, found.stored) == ("no_answer", False)
    assert took < 30
    read, _ = talk(manners, lambda cards, _: failing(cards.events(NOW, NOW, None, LONG)))
    assert isinstance(read, TryLater)


def test_a_refused_connection_means_that_nothing_happened() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening

        async def run() -> tuple[ProviderError, float]:
            async with opened(f"http://127.0.0.1:{taken.getsockname()[1]}") as cards:
                return await failing(cards.submit(order(), LONG))

        found, took = asyncio.run(run())
    assert isinstance(found, TryLater)
    assert found.code == "not_reached"
    assert took < 30


def test_a_handshake_that_fails_means_that_nothing_happened() -> None:
    async def run() -> ProviderError:
        at_the_door = rude_server(talks_nonsense, at_the_door=True)
        async with at_the_door as server, opened(server.base.replace("http:", "https:")) as cards:
            return (await failing(cards.submit(order(), LONG)))[0]

    found = asyncio.run(run())
    assert isinstance(found, TryLater)
    assert found.code == "not_reached"


def test_a_call_that_got_no_connection_in_time_never_left() -> None:
    """The others hold every connection until it has given up, however long that takes."""
    let_go = asyncio.Event()

    async def holds(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await let_go.wait()
        await closes(reader, writer)

    async def crowd(cards: StripeCards, server: RudeServer) -> list[ProviderError]:
        first = [asyncio.create_task(failing(cards.submit(order(), NEVER))) for _ in range(CONNECTIONS)]
        await server.until_requests(CONNECTIONS)
        late, _ = await failing(cards.submit(order(), timedelta(milliseconds=50)))
        assert server.requests == CONNECTIONS
        let_go.set()
        return [late, *(found for found, _ in await asyncio.gather(*first))]

    late, *first = talk(holds, crowd)
    assert isinstance(late, TryLater)
    assert late.code == "not_reached"
    assert {type(found) for found in first} == {OutcomeUnknown}


def test_cut_calls_give_their_connections_back() -> None:
    slow = [True]

    async def manners(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (hangs if slow[0] else answers(GOOD))(reader, writer)

    async def conversation(cards: StripeCards, _: RudeServer) -> int:
        for _round in range(3):
            await asyncio.gather(*(failing(cards.submit(order(), DEADLINE)) for _ in range(CONNECTIONS)))
        slow[0] = False
        found = await asyncio.gather(*(cards.submit(order(), LONG) for _ in range(CONNECTIONS)))
        return sum(isinstance(outcome, Captured) for outcome in found)

    assert talk(manners, conversation) == CONNECTIONS


def test_connections_are_used_again() -> None:
    async def conversation(cards: StripeCards, server: RudeServer) -> tuple[int, int]:
        for _ in range(20):
            await cards.submit(order(), LONG)
        return server.connections, server.requests

    assert talk(answers(GOOD), conversation) == (1, 20)


def test_a_failure_is_not_repeated_behind_our_back() -> None:
    async def conversation(cards: StripeCards, server: RudeServer) -> int:
        await failing(cards.submit(order(), LONG))
        return server.requests

    broken = json.dumps(error("api_error")).encode()
    assert talk(answers(broken, "500 Oops"), conversation) == 1
    assert talk(resets, conversation) == 1
    assert talk(answers(broken, "409 Conflict"), conversation) == 1


def test_after_the_close_nothing_is_left_open() -> None:
    async def run() -> set[asyncio.Task[object]]:
        async with rude_server(answers(GOOD)) as server, opened(server.base) as cards:
            await asyncio.gather(*(cards.submit(order(), LONG) for _ in range(10)))
        return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type,return-value]  # in a task

    assert asyncio.run(run()) == set()
