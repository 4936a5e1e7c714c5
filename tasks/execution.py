"""Run durable tasks: claim, call, record.  Each process has one ``Engine``; Celery's threads call ``run``."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from domain.cause import SYSTEM, Cause, NewId
from domain.database import Connection
from domain.platform.outbox.claim import Claim, begin_attempts, claim
from domain.platform.outbox.work import Work
from gateways.calls import recorded
from runtime import logging
from runtime.clock import Clock
from runtime.database import Database
from runtime.gateways import Gateways
from runtime.settings import Settings
from tasks.attempt_log import AttemptEnd, log_attempt
from tasks.declare import Call, Durable
from tasks.finish import Finisher
from tasks.leases import Leases
from tasks.loop import LoopThread

log = logging.get("handwork.tasks")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed row with its arguments and what ``prepare`` read.  ``error``: why preparing failed."""

    claim: Claim
    work: Work | None
    order: Any
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything that running a task needs, made once in each process."""

    database: Database
    gateways: Gateways
    settings: Settings
    clock: Clock
    new_id: NewId
    leases: Leases
    loop: LoopThread
    holder: str
    chance: random.Random

    def run(self, task: Durable, ids: Sequence[str]) -> int:
        """Work on those rows of ``ids`` that can be claimed; return how many there were, once all have ended."""
        prepared = self._claim(task, ids)
        if not prepared:
            return 0
        held = [p.claim.id for p in prepared]
        self.leases.hold(held, task.max_runtime)
        try:
            self.loop.run(self._work_on(task, prepared))
        finally:
            self.leases.release(held)
        return len(prepared)

    def cause_of(self, claimed: Claim) -> Cause:
        return Cause(self.clock(), SYSTEM, claimed.correlation_id, self.new_id)

    def _claim(self, task: Durable, ids: Sequence[str]) -> list[Prepared]:
        """Claim and prepare all rows in one transaction; if that fails, each row in a transaction of its own."""
        try:
            return self.database.write(lambda c: self._take_and_prepare(c, task, ids))
        except Exception as error:  # noqa: BLE001 - handled below, row by row, and each ends in its attempt
            log.warning("a batch could not be prepared together", task=task.name, error=repr(error))
        return [p for row_id in ids for p in self._claim_alone(task, row_id)]

    def _claim_alone(self, task: Durable, row_id: str) -> list[Prepared]:
        try:
            return self.database.write(lambda c: self._take_and_prepare(c, task, [row_id]))
        except Exception as error:  # noqa: BLE001 - written to its attempt, so that it is counted and ends
            failure = error

        def take_only(connection: Connection) -> list[Prepared]:
            taken = [Prepared(row, None, None, failure) for row in self._take(connection, task, [row_id])]
            self._begin(connection, taken)
            return taken

        return self.database.write(take_only)

    def _take_and_prepare(self, connection: Connection, task: Durable, ids: Sequence[str]) -> list[Prepared]:
        prepared = [self._prepare(connection, task, row) for row in self._take(connection, task, ids)]
        self._begin(connection, prepared)
        return prepared

    def _begin(self, connection: Connection, prepared: Sequence[Prepared]) -> None:
        keys = [(p.claim, getattr(p.order, "request_key", None)) for p in prepared]
        begin_attempts(connection, keys, now=self.clock(), holder=self.holder)

    def _take(self, connection: Connection, task: Durable, ids: Sequence[str]) -> list[Claim]:
        now = self.clock()
        return claim(connection, ids, task=task.name, now=now, until=now + self.settings.lease, holder=self.holder)

    def _prepare(self, connection: Connection, task: Durable, claimed: Claim) -> Prepared:
        try:
            work = task.decoder.decode(claimed.args)
        except msgspec.MsgspecError as error:
            return Prepared(claimed, None, None, error)
        if task.prepare is None:
            return Prepared(claimed, work, work)
        return Prepared(claimed, work, task.prepare(connection, self.cause_of(claimed), work))

    async def _work_on(self, task: Durable, prepared: Sequence[Prepared]) -> None:
        finisher = Finisher(self.database, self.clock, self.new_id, self.chance, task)
        # All attempts end before the leases are released; then the first failure to record is raised.
        ends = await asyncio.gather(*(self._one(task, finisher, p) for p in prepared), return_exceptions=True)
        for failure in ends:
            if failure is not None:
                raise failure

    async def _one(self, task: Durable, finisher: Finisher, p: Prepared) -> None:
        began = time.perf_counter()
        end = await self._attempt(task, finisher, p)
        log_attempt(p.claim, p.work, end, began)

    async def _attempt(self, task: Durable, finisher: Finisher, p: Prepared) -> AttemptEnd:
        if p.error is not None:
            return await finisher.failed(p.claim, p.error, effect_possible=False)
        if p.order is None or p.work is None:
            return await finisher.nothing_to_do(p.claim)
        if task.call is None:
            return await finisher.record(p.claim, p.work, None, called=False)
        return await self._call(task, finisher, p, self.clock())

    async def _call(self, task: Durable, finisher: Finisher, p: Prepared, now: datetime) -> AttemptEnd:
        assert task.call is not None  # noqa: S101 - for the type checker; _attempt checked it
        assert p.work is not None  # noqa: S101 - for the type checker; _attempt checked it
        deadline = min(task.max_runtime, self.settings.provider_deadline)
        call = Call(self.gateways, self.settings, deadline, p.claim.in_doubt, now, self.database.read_async)
        try:
            with recorded(now, p.claim.calls):
                async with asyncio.timeout(task.max_runtime.total_seconds()):
                    result = await task.call(call, p.work, p.order)
        except Exception as error:  # noqa: BLE001 - every kind ends in the attempt, which tells them apart
            return await finisher.failed(p.claim, error, effect_possible=True)
        return await finisher.record(p.claim, p.work, result, called=True)
