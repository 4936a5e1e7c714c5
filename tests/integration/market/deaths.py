"""Processes that die or oversleep at a chosen point of a task."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from domain.database import Connection
from tasks.execution import Engine


class Killed(BaseException):
    """The process is gone: nothing behind this line happens, and nobody catches it."""


class _NeverCalls:
    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        work.close()
        raise Killed


class _Through:
    """The same database, but for what a subclass says."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _NeverCommits(_Through):
    async def write_async(self, unit: Callable[[Connection], Any]) -> None:
        def dying(connection: Connection) -> None:
            unit(connection)
            raise Killed

        await self._real.write_async(dying)


class _Oversleeps(_Through):
    def __init__(self, real: Any, meanwhile: Callable[[], None]) -> None:
        super().__init__(real)
        self._meanwhile = [meanwhile]

    async def write_async(self, unit: Callable[[Connection], Any]) -> Any:
        while self._meanwhile:
            self._meanwhile.pop()()
        return await self._real.write_async(unit)


def dies_before_call(engine: Engine) -> Engine:
    """The claim is committed, and that is the last of it."""
    return replace(engine, loop=_NeverCalls())


def dies_before_commit(engine: Engine) -> Engine:
    """The provider was asked, and what it said is lost with the transaction."""
    return replace(engine, database=_NeverCommits(engine.database))


def oversleeps(engine: Engine, meanwhile: Callable[[], None]) -> Engine:
    """It comes back with an answer when the lease is over and others have been at it."""
    return replace(engine, database=_Oversleeps(engine.database, meanwhile))
