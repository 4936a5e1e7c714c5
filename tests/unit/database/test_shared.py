"""One look for all who asked before it began."""

from __future__ import annotations

import asyncio

import pytest

from runtime.database.shared import Shared


class Looks:
    """Each waits until it is let go, and has seen its own number."""

    def __init__(self) -> None:
        self.begun = 0
        self.failing = False
        self._gate = asyncio.Semaphore(0)

    async def __call__(self) -> int:
        self.begun += 1
        seen = self.begun
        await self._gate.acquire()
        if self.failing:
            raise ConnectionError("gone")
        return seen

    def let_go(self, looks: int = 1) -> None:
        for _ in range(looks):
            self._gate.release()


async def settle() -> None:
    """Everybody who can go on has."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_who_comes_while_a_look_is_under_way_waits_for_the_next() -> None:
    async def play() -> None:
        looks = Looks()
        shared = Shared(looks)
        first = asyncio.create_task(shared.get())
        await settle()
        late = [asyncio.create_task(shared.get()) for _ in range(5)]
        looks.let_go()
        assert await first == 1
        assert not any(task.done() for task in late)
        looks.let_go()
        assert await asyncio.gather(*late) == [2] * 5
        assert looks.begun == 2

    asyncio.run(play())


def test_all_who_ask_before_it_begins_have_one_look() -> None:
    async def play() -> None:
        looks = Looks()
        looks.let_go(9)
        shared = Shared(looks)
        assert await asyncio.gather(*(shared.get() for _ in range(9))) == [1] * 9
        assert await shared.get() == 2

    asyncio.run(play())


def test_a_failure_is_everybody_s_and_the_next_look_is_another() -> None:
    async def play() -> None:
        looks = Looks()
        shared = Shared(looks)
        looks.failing = True
        looks.let_go()
        found = await asyncio.gather(shared.get(), shared.get(), return_exceptions=True)
        assert [type(each) for each in found] == [ConnectionError] * 2
        looks.failing = False
        looks.let_go()
        assert await shared.get() == 2

    asyncio.run(play())


def test_who_gives_up_harms_nobody() -> None:
    async def play() -> None:
        looks = Looks()
        shared = Shared(looks)
        leaving, staying = asyncio.create_task(shared.get()), asyncio.create_task(shared.get())
        await settle()
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        looks.let_go()
        assert await staying == 1

    asyncio.run(play())
