"""Tasks that look for overdue rows, in one transaction; a setting says how long an outcome may take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.work import Work
from tasks.declare import Call, Durable, durable_task
from tasks.retry import QUICK

W = TypeVar("W", bound=Work)


class _Before(msgspec.Struct, frozen=True):
    moment: datetime


def sweep(work: type[W], look: Callable[[Connection, Cause, datetime], None]) -> Durable:
    """Declare ``work`` as a task that runs ``look`` with the time before which an outcome should have come."""

    def prepare(_connection: Connection, _cause: Cause, order: W) -> W:
        return order

    def record(connection: Connection, cause: Cause, _work: W, result: _Before) -> None:
        look(connection, cause, result.moment)

    @durable_task(work=work, prepare=prepare, record=record, max_runtime=timedelta(seconds=30), retry=QUICK)
    async def run(call: Call, _work: W, _order: W) -> _Before:
        return _Before(call.now - timedelta(milliseconds=call.settings.reconcile_stuck_ms))

    return run
