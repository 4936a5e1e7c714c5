"""Run durable tasks: claim, call, record.  Each process has one ``Engine``; Celery's threads call ``run``."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from domain.cause import SYSTEM, Cause, NewId
from domain.database import Connection
from domain.platform.outbox.claim import Claim, begin_attempts, claim
from gateways.calls import recorded
from runtime import logging
from runtime.clock import Clock
from runtime.database import Database
from runtime.gateways import Gateways
from runtime.settings import Settings
from tasks.attempt_log import AttemptEnd, log_attempt
from tasks.claimed import Claimed, NothingToDo, ToCall, ToTransact, Unprepared
from tasks.declare import Call, Durable, Steps
from tasks.finish import Finisher
from tasks.leases import Leases
from tasks.loop import LoopThread

log = logging.get("handwork.tasks")


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
        claimed = self._claim(task, ids)
        if not claimed:
            return 0
        held = [p.claim.id for p in claimed]
        self.leases.hold(held, task.max_runtime)
        try:
            self.loop.run(self._work_on(task, claimed))
        finally:
            self.leases.release(held)
        return len(claimed)

    def cause_of(self, row: Claim) -> Cause:
        return Cause(self.clock(), SYSTEM, row.correlation_id, self.new_id)

    def _claim(self, task: Durable, ids: Sequence[str]) -> list[Claimed]:
        """Claim and prepare all rows in one transaction; if that fails, each row in a transaction of its own."""
        try:
            return self.database.write(lambda c: self._take(c, task, ids, partial(self._prepare, c, task)))
        except Exception as error:  # noqa: BLE001 - handled below, row by row, and each ends in its attempt
            log.warning("batch not claimed; its rows are claimed one by one", task=task.name, reason=repr(error))
        return [row for row_id in ids for row in self._claim_alone(task, row_id)]

    def _claim_alone(self, task: Durable, row_id: str) -> list[Claimed]:
        try:
            return self.database.write(lambda c: self._take(c, task, [row_id], partial(self._prepare, c, task)))
        except Exception as error:  # noqa: BLE001 - written to its attempt, so that it is counted and ends
            failure = error
        return self.database.write(lambda c: self._take(c, task, [row_id], lambda row: Unprepared(row, failure)))

    def _take(
        self, connection: Connection, task: Durable, ids: Sequence[str], prepare: Callable[[Claim], Claimed]
    ) -> list[Claimed]:
        """Claim the rows, ``prepare`` each, and record their attempts."""
        now = self.clock()
        until = now + self.settings.lease
        rows = claim(connection, ids, task=task.name, now=now, until=until, holder=self.holder)
        claimed = [prepare(row) for row in rows]
        keys = [(p.claim, getattr(p.order, "request_key", None) if isinstance(p, ToCall) else None) for p in claimed]
        begin_attempts(connection, keys, now=self.clock(), holder=self.holder)
        return claimed

    def _prepare(self, connection: Connection, task: Durable, row: Claim) -> Claimed:
        try:
            work = task.decoder.decode(row.args)
        except msgspec.MsgspecError as error:
            return Unprepared(row, error)
        if not isinstance(task.run, Steps):
            return ToTransact(row, work, task.run)
        order = task.run.prepare(connection, self.cause_of(row), work)
        return NothingToDo(row, work) if order is None else ToCall(row, work, task.run, order)

    async def _work_on(self, task: Durable, claimed: Sequence[Claimed]) -> None:
        finisher = Finisher(self.database, self.clock, self.new_id, self.chance, task.retry)
        # All attempts end before the leases are released; then the first failure to record is raised.
        ends = await asyncio.gather(*(self._one(task, finisher, p) for p in claimed), return_exceptions=True)
        for failure in ends:
            if failure is not None:
                raise failure

    async def _one(self, task: Durable, finisher: Finisher, p: Claimed) -> None:
        began = time.perf_counter()
        match p:
            case Unprepared():
                end = await finisher.failed(p.claim, p.error, effect_possible=False)
            case NothingToDo():
                end = await finisher.nothing_to_do(p.claim)
            case ToTransact():
                end = await finisher.record(p.claim, lambda c, cause: p.run(c, cause, p.work, self.settings))
            case ToCall():
                end = await self._call(task, finisher, p, self.clock())
        log_attempt(p.claim, "" if isinstance(p, Unprepared) else p.work.subject, end, began)

    async def _call(self, task: Durable, finisher: Finisher, p: ToCall, now: datetime) -> AttemptEnd:
        deadline = min(task.max_runtime, self.settings.provider_deadline)
        call = Call(self.gateways, self.settings, deadline, p.claim.in_doubt, now, self.database.read_async)
        try:
            with recorded(now, p.claim.calls):
                async with asyncio.timeout(task.max_runtime.total_seconds()):
                    result = await p.steps.call(call, p.work, p.order)
        except Exception as error:  # noqa: BLE001 - every kind ends in the attempt, which tells them apart
            return await finisher.failed(p.claim, error, effect_possible=True)
        return await finisher.record(
            p.claim, lambda c, cause: p.steps.record(c, cause, p.work, result), result, effect_possible=True
        )
