"""One look at something for all who want one: what a way to a server costs is paid once for a crowd.

Who comes while a look is under way has to wait for the next: that one may have seen what was before they came, and
they may know better, from a commit of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Of one event loop.  ``look`` is awaited by one task at a time."""

    def __init__(self, look: Callable[[], Awaitable[T]]) -> None:
        self._look = look
        self._waiting: list[asyncio.Future[T]] = []
        self._looking: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """What a look that began after this call has seen, or its error."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(future)
        if self._looking is None:
            self._looking = loop.create_task(self._look_for_all())
        return await future

    async def _look_for_all(self) -> None:
        try:
            while waiting := self._waiting:
                self._waiting = []
                try:
                    seen = await self._look()
                except Exception as error:  # noqa: BLE001 - it goes to the waiters, whatever it is
                    for future in waiting:
                        if not future.done():
                            future.set_exception(error)
                else:
                    for future in waiting:
                        if not future.done():  # who gave up is told nothing
                            future.set_result(seen)
        finally:
            self._looking = None
