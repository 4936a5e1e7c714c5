"""Two durable tasks that only benchmarks run, declared like any other.

``python -m bench.with_tasks NAME`` is ``python -m workers NAME`` that knows them.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import ClassVar

import aiohttp

from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.work import Work
from tasks.declare import Call, durable_task, work_itself
from tasks.retry import QUICK

OUT_VARIABLE = "BENCH_OUT"
_LIMIT = timedelta(seconds=10)


class Start(Work, frozen=True, kw_only=True):
    """Note when it was accepted and when it began."""

    task: ClassVar[str] = "bench.start"
    queue: ClassVar[str] = "payments"
    sent_ns: int


class Send(Work, frozen=True, kw_only=True):
    """One send to a provider."""

    task: ClassVar[str] = "bench.send"
    queue: ClassVar[str] = "notifications"
    url: str


def _nothing_more(_connection: Connection, _cause: Cause, _work: Start | Send, _result: None) -> None:
    """The attempt and the row's end are written all the same."""


def _note(began_ns: int, ended_ns: int) -> None:
    out = os.open(os.environ[OUT_VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(out, f"{began_ns} {ended_ns}\n".encode())
    finally:
        os.close(out)


@durable_task(work=Start, prepare=work_itself, record=_nothing_more, max_runtime=_LIMIT, retry=QUICK)
async def start(_call: Call, work: Start, _order: Start) -> None:
    _note(work.sent_ns, time.time_ns())


_sessions: dict[str, aiohttp.ClientSession] = {}


def _session() -> aiohttp.ClientSession:
    """One a process, made on its loop at the first send; aiohttp, as in Twilio's async client.

    httpx looks at each of its connections for every request: 90 sends a second with 200 of them.
    """
    if "only" not in _sessions:
        _sessions["only"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    return _sessions["only"]


@durable_task(work=Send, prepare=work_itself, record=_nothing_more, max_runtime=_LIMIT, retry=QUICK, batch=25)
async def send(_call: Call, work: Send, _order: Send) -> None:
    async with _session().post(work.url, json={"to": "+15550100", "body": "Your booking is paid."}) as answer:
        answer.raise_for_status()
        await answer.read()
