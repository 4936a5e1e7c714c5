"""Waiters hear of their unit's end, and an event loop is woken once for a whole group."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from runtime.database.errors import Closed
from runtime.database.pool import Pool
from runtime.database.work import Task, resolve


def ended(task: Task, value: object = None, error: BaseException | None = None) -> Task:
    task.value, task.error = value, error
    return task


def nothing(_connection: object) -> None:
    """A unit of work."""


class CountingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self.wakes = 0

    def call_soon_threadsafe(self, *args: Any, **kwargs: Any) -> asyncio.Handle:
        self.wakes += 1
        return super().call_soon_threadsafe(*args, **kwargs)


def test_a_group_wakes_its_loop_once() -> None:
    loop = CountingLoop()
    tasks = [ended(Task(nothing, loop.create_future(), loop), i) for i in range(20)]
    tasks[7].error = ValueError("seven")
    before = loop.wakes
    resolve(tasks)
    assert loop.wakes == before + 1
    answers = loop.run_until_complete(asyncio.wait_for(_gather(tasks), 5))
    assert isinstance(answers.pop(7), ValueError)
    assert answers == [i for i in range(20) if i != 7]
    loop.close()


async def _gather(tasks: list[Task]) -> list[Any]:
    return await asyncio.gather(*(task.future for task in tasks), return_exceptions=True)  # type: ignore[arg-type]  # these are the event loop's


def test_threads_are_answered_directly() -> None:
    good: Future[Any] = Future()
    bad: Future[Any] = Future()
    given_up: Future[Any] = Future()
    given_up.cancel()
    resolve(
        [ended(Task(nothing, good), 1), ended(Task(nothing, bad), error=KeyError("k")), ended(Task(nothing, given_up))]
    )
    assert good.result(0) == 1
    with pytest.raises(KeyError):
        bad.result(0)
    assert given_up.cancelled()


def test_a_loop_that_is_gone_takes_nobody_along(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    lost = Task(nothing, loop.create_future(), loop)
    loop.close()
    other: Future[Any] = Future()
    resolve([lost, ended(Task(nothing, other), 2)])
    assert other.result(0) == 2
    assert "event loop closed before 1 transactions" in caplog.text


def test_a_stop_iteration_does_not_stop_the_loop() -> None:
    future: Future[Any] = Future()
    resolve([ended(Task(nothing, future), error=StopIteration())])
    with pytest.raises(RuntimeError, match="StopIteration"):
        future.result(0)


class Made:
    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_a_pool_makes_what_is_needed_and_lends_the_last_one_first() -> None:
    made: list[Made] = []

    def make() -> Made:
        made.append(Made())
        return made[-1]

    pool = Pool(make, 2)
    with pool.lend() as first:
        pass
    with pool.lend() as again, pool.lend() as second:
        assert again is first
        assert second is not first
    pool.close()
    pool.close()
    assert [m.closed for m in made] == [True, True]
    with pytest.raises(Closed), pool.lend():
        pytest.fail("lent after close")


def test_a_pool_survives_what_cannot_be_made() -> None:
    tries: list[int] = []

    def make() -> Made:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not now")
        return Made()

    pool = Pool(make, 1)
    with pytest.raises(OSError, match="not now"), pool.lend():
        pytest.fail("lent what was not made")
    with pool.lend() as made:
        assert not made.closed
