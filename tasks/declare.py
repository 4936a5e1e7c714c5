"""Declare durable tasks: their work, and the three steps of running them.

::

    claim + prepare    one transaction   the row is ours, an attempt is on record, the order is read
    call               no transaction    the provider, on the process's event loop, under a deadline
    record + done      one transaction   the outcome, what follows from it, and the row's end

Either transaction is fenced by the row's token.  A task without a provider has no ``call``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec

from domain.cause import Cause
from domain.database import Connection, UnitOfWork
from domain.platform.outbox.work import Work
from runtime.gateways import Gateways
from runtime.settings import Settings
from tasks.retry import Retry

W = TypeVar("W", bound=Work)
P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Again:
    """The value by which ``record`` has the task run once more at a chosen time.  ``early``: it ran before its hour,
    which is no failure; it waits on, however often that happens."""

    at: datetime
    why: str
    early: bool = False


def wait_until(due: datetime | None) -> Again | None:
    """For work that keeps its hour, whoever runs it: what its use case says is due later goes on waiting."""
    return (
        None if due is None else Again(due, f"it was run early; it is due at {due:%Y-%m-%d %H:%M:%S} UTC", early=True)
    )


class Read(Protocol):
    """``read_async`` of ``runtime.database.Database``: it reads in the pool, beside the event loop."""

    async def __call__(self, unit: UnitOfWork[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Call:
    """The context of a call.  ``in_doubt``: an earlier attempt may have had its effect.  ``read``: a long look at the
    database, in one snapshot, beside everybody's writes."""

    gateways: Gateways
    settings: Settings
    deadline: timedelta
    in_doubt: bool
    now: datetime
    read: Read


Prepare = Callable[[Connection, Cause, W], P | None]
Caller = Callable[[Call, W, P], Awaitable[R]]
Record = Callable[[Connection, Cause, W, R], Again | None]


@dataclass(frozen=True, slots=True)
class Durable:
    """A declared task.  ``batch``: how many rows one message may carry; ``max_runtime``: of one attempt,
    after which its lease is no longer renewed, and after twice which the process is ended."""

    name: str
    queue: str
    work: type[Work]
    max_runtime: timedelta
    retry: Retry
    batch: int
    prepare: Prepare[Any, Any] | None
    call: Caller[Any, Any, Any] | None
    record: Record[Any, Any]
    decoder: msgspec.json.Decoder[Work]


REGISTRY: dict[str, Durable] = {}


def durable_task(
    *,
    work: type[W],
    prepare: Prepare[W, P],
    record: Record[W, R],
    max_runtime: timedelta,
    retry: Retry,
    batch: int = 1,
) -> Callable[[Caller[W, P, R]], Durable]:
    """Declare a task with a provider call; decorates the ``async`` function that makes the call.

    When ``prepare`` finds nothing to do (None) the row is done without a call.
    """

    def declare(call: Caller[W, P, R]) -> Durable:
        return _register(work, prepare, call, record, max_runtime, retry, batch)

    return declare


def database_task(
    *,
    work: type[W],
    record: Record[W, None],
    max_runtime: timedelta,
    retry: Retry,
    batch: int = 1,
) -> Durable:
    """Declare a task that is one transaction of our own."""
    return _register(work, None, None, record, max_runtime, retry, batch)


def _register(
    work: type[Work],
    prepare: Prepare[Any, Any] | None,
    call: Caller[Any, Any, Any] | None,
    record: Record[Any, Any],
    max_runtime: timedelta,
    retry: Retry,
    batch: int,
) -> Durable:
    if work.task in REGISTRY:
        raise ValueError(f"the task {work.task} is declared twice")
    decoder = msgspec.json.Decoder(work)
    declared = Durable(work.task, work.queue, work, max_runtime, retry, batch, prepare, call, record, decoder)
    REGISTRY[work.task] = declared
    return declared
