"""Queued units of work, each with the future that its caller waits for.

``resolve`` wakes all waiters of an event loop with one call, because each such call writes to the loop's wake-up pipe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from domain.database import UnitOfWork

MOST_UNITS = 64
MOST_SECONDS = 0.005
"""A group of units, which share a transaction, takes no more of them after so many or so long."""
CAREFUL_GROUPS = 64
"""Groups with savepoints after a unit failed that had written: a savepoint costs less than a rerun of the group."""

log = logging.getLogger("handwork.database")


class WroteAndFailed(Exception):
    """A unit failed after it had written, and only a rollback of the whole group can undo it."""


class Task:
    """One queued unit of work.  ``loop`` is None for a waiting thread, whose future is ``concurrent.futures``'."""

    __slots__ = ("error", "future", "loop", "unit", "value")

    def __init__(
        self,
        unit: UnitOfWork[Any],
        future: Future[Any] | asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.unit = unit
        self.future = future
        self.loop = loop
        self.value: Any = None
        self.error: BaseException | None = None


def resolve(tasks: Iterable[Task]) -> None:
    """Resolve each task's future with its value or its error."""
    loops: dict[asyncio.AbstractEventLoop, list[Task]] = {}
    direct = []
    for task in tasks:
        if task.loop is None:
            direct.append(task)
        else:
            loops.setdefault(task.loop, []).append(task)
    for loop, waiting in loops.items():
        try:
            loop.call_soon_threadsafe(_settle, waiting)
        except RuntimeError:  # the loop was closed, and its waiters with it
            log.warning("event loop closed before %d transactions returned; each may have been committed", len(waiting))
    _settle(direct)


def _settle(tasks: list[Task]) -> None:
    for task in tasks:
        future, error = task.future, task.error
        if future.done():  # cancelled by its waiter
            continue
        if error is None:
            future.set_result(task.value)
        elif isinstance(error, StopIteration):  # a future refuses to carry it
            future.set_exception(RuntimeError("a unit of work raised StopIteration"))
        else:
            future.set_exception(error)
