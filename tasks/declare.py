"""Declare durable tasks: their work, and the three steps of running them.

::

    claim + prepare    one transaction   the row is ours, an attempt is on record, the order is read
    call               no transaction    the provider, on the process's event loop, under a deadline
    record + done      one transaction   the outcome, what follows from it, and the row's end

The row's token fences both transactions.  A task without a provider has no ``call``.
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
    """The result with which ``record`` has the task run again at ``at``.

    ``early``: the task ran before its time, which is no failure; the task waits on, however often that happens.
    """

    at: datetime
    why: str
    early: bool = False


def wait_until(due: datetime | None) -> Again | None:
    """Return the ``Again`` for work that is due later, as its use case says; None without ``due``: the work is done."""
    return (
        None if due is None else Again(due, f"it was run early; it is due at {due:%Y-%m-%d %H:%M:%S} UTC", early=True)
    )


class Read(Protocol):
    """``read_async`` of ``runtime.database.Database``, which reads in the pool, off the event loop."""

    async def __call__(self, unit: UnitOfWork[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Call:
    """The context of a call.  ``in_doubt``: an earlier attempt may have had its effect.  ``read`` runs a long read of
    the database in one snapshot, while other processes write."""

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
    """A declared task.  ``batch``: how many rows one message may carry.

    ``max_runtime``: the limit of one attempt.  Beyond it the lease is not renewed; beyond twice the limit the process
    ends.
    """

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
    """Return a decorator that declares a task around the ``async`` function of its provider call.

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
    """Declare a task without a provider call: one transaction."""
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
