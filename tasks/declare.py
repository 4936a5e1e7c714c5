"""Declare durable tasks: their work, and the three steps of running them.

::

    claim + prepare    one transaction   the row is ours, an attempt is on record, the order is read
    call               no transaction    the provider, on the process's event loop, under a deadline
    record + done      one transaction   the outcome, what follows from it, and the row's end

The row's token fences both transactions.  A task of our own has no call: its use case runs in the second transaction.
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
from tasks.retry import QUICK, Retry

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
UseCase = Callable[[Connection, Cause, W], datetime | None]
"""Returns when the work is due, if it ran too early; the work is done otherwise."""
Transaction = Callable[[Connection, Cause, W, Settings], Again | None]


@dataclass(frozen=True, slots=True)
class Steps:
    """The three steps of a task whose second step runs outside of transactions."""

    prepare: Prepare[Any, Any]
    call: Caller[Any, Any, Any]
    record: Record[Any, Any]


@dataclass(frozen=True, slots=True)
class Durable:
    """A declared task: three steps, or one transaction.  ``batch``: how many rows one message may carry.

    ``max_runtime``: the limit of one attempt.  Beyond it the lease is not renewed; beyond twice the limit the process
    ends.
    """

    name: str
    queue: str
    work: type[Work]
    run: Steps | Transaction[Any]
    max_runtime: timedelta
    retry: Retry
    batch: int
    decoder: msgspec.json.Decoder[Work]


REGISTRY: dict[str, Durable] = {}


def durable_task(
    *,
    work: type[W],
    prepare: Prepare[W, P],
    record: Record[W, R],
    retry: Retry,
    max_runtime: timedelta = timedelta(seconds=14),
    batch: int = 1,
) -> Callable[[Caller[W, P, R]], Durable]:
    """Return a decorator that declares a task around the ``async`` function of its call.

    The default of ``max_runtime`` is that of one call to a provider: it ends before a lease that was never renewed.
    When ``prepare`` finds nothing to do (None) the row is done without a call.
    """
    return lambda call: _register(work, Steps(prepare, call, record), max_runtime, retry, batch)


def work_itself(_connection: Connection, _cause: Cause, work: W) -> W:
    """Return the work itself: the ``prepare`` of a call that needs nothing from the database."""
    return work


def database_task(
    work: type[W],
    use_case: UseCase[W],
    *,
    max_runtime: timedelta = timedelta(seconds=10),
    batch: int = 1,
) -> Durable:
    """Declare a task without a call: one transaction of ``use_case``."""

    def run(connection: Connection, cause: Cause, due: W, _settings: Settings) -> Again | None:
        at = use_case(connection, cause, due)
        return None if at is None else Again(at, f"it ran early; it is due at {at:%Y-%m-%d %H:%M:%S} UTC", early=True)

    return _register(work, run, max_runtime, QUICK, batch)


def overdue_task(work: type[Work], *scans: Callable[..., object]) -> Durable:
    """Declare a task that runs the ``scans`` in one transaction, each with the time ``before`` which an outcome should
    have come."""

    def run(connection: Connection, cause: Cause, _work: Work, settings: Settings) -> None:
        before = cause.now - timedelta(milliseconds=settings.reconcile_stuck_ms)
        for scan in scans:
            scan(connection, cause, before=before)

    return _register(work, run, timedelta(seconds=30), QUICK, 1)


def _register(
    work: type[Work], run: Steps | Transaction[Any], max_runtime: timedelta, retry: Retry, batch: int
) -> Durable:
    if work.task in REGISTRY:
        raise ValueError(f"the task {work.task} is declared twice")
    declared = Durable(work.task, work.queue, work, run, max_runtime, retry, batch, msgspec.json.Decoder(work))
    REGISTRY[work.task] = declared
    return declared
