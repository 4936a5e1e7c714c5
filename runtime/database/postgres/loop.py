"""Read on an event loop, without threads.  Requests that arrive while one batch is at the server share the next batch.

To pass a read to a thread and back costs more than the read.  A unit of work is a synchronous function without other
effects, so it runs twice: the first run collects the statements that the unit runs before it reads an answer, and the
second run receives the answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Executor
from types import CodeType
from typing import Any, TypeVar

import psycopg
from psycopg.pq.abc import PGresult
from sqlalchemy.sql.base import Executable

from domain.database import Rows, UnitOfWork
from runtime.database.connection import DriverConnection
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.connection import POSTGRES_PLANS
from runtime.database.postgres.wire import Answer, Wire, written
from runtime.database.statement import Plan

_SETTINGS = (
    "SET default_transaction_read_only = on",
    "SET default_transaction_isolation = 'repeatable read'",  # a batch is one transaction: it sees one moment
    "SET statement_timeout = '50ms'",  # a slow read would delay the others: it belongs in the pool
    "SET plan_cache_mode = force_generic_plan",  # planning a page for its LIMIT took longer than reading it
)
RETRY_S = 1.0
ANSWER_S = 1.0
"""Seconds after which the reader closes the connection of an unanswered batch: the server's host may be gone."""
SLOW_S = 60.0
"""Seconds for which a unit runs in the pool after the server cancelled it: the server may only have been busy."""
_TIMED_OUT = "57014"  # query_canceled
T = TypeVar("T")

_LONGER: set[CodeType] = set()
"""Units that read an answer before they have run all statements; the set lives as long as the process."""
_SLOW: dict[CodeType, float] = {}
"""Units that the server cancelled at ``statement_timeout``, with the time on the loop's clock of the next try here."""


class NotInOneTrip(Exception):
    """The unit reads an answer before it has run all statements, or the batch failed: the caller reads in the pool."""


class _Looked(BaseException):
    """The first run needs an answer, and ends."""


class _Unanswered(Rows):
    __slots__ = ()

    def __init__(self) -> None:
        pass

    @property
    def rows(self) -> Any:  # type: ignore[override]  # a slot of the base class
        raise _Looked

    @property
    def arrived(self) -> bool:
        return False

    @property
    def changed(self) -> Any:  # type: ignore[override]  # as above
        raise _Looked


class _Asking(DriverConnection):
    """The connection of the first run: it collects the statements.  ``code``: the unit's."""

    __slots__ = ("asked", "code")

    def __init__(self, code: CodeType | None) -> None:
        super().__init__(None, POSTGRES_PLANS, psycopg.Error)
        self.code = code
        self.asked: list[tuple[Plan, list[bytes | None]]] = []

    def run(self, statement: Executable, /, **params: object) -> Rows:
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        values = plan.values(params)
        try:
            self.asked.append((plan, written(values)))
        except psycopg.Error as error:
            raise self._failed(plan, error) from error
        return _UNANSWERED


class _Answering(DriverConnection):
    """The connection of the second run: it returns the server's answers in the order of the first run."""

    __slots__ = ("_answers", "_next")

    def __init__(self, answers: list[tuple[Plan, list[bytes | None], Rows]]) -> None:
        super().__init__(None, POSTGRES_PLANS, psycopg.Error)
        self._answers = answers
        self._next = 0

    def run(self, statement: Executable, /, **params: object) -> Rows:
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        if self._next == len(self._answers):
            raise NotInOneTrip
        asked, values, rows = self._answers[self._next]
        if asked is not plan or values != written(plan.values(params)):
            raise NotInOneTrip
        self._next += 1
        return rows


_UNANSWERED = _Unanswered()


class _Batch:
    """Statements that travel together: all answers have arrived when ``end`` has."""

    __slots__ = ("asked", "end")

    def __init__(self, asked: list[tuple[_Asking, list[Answer], asyncio.Future[list[PGresult]]]], end: Answer) -> None:
        self.asked = asked
        self.end = end

    def refused(self) -> CodeType | None:
        """Return the code of the unit whose statement the server refused; the server skipped all later statements."""
        for asking, answers, _ in self.asked:
            if any(answer.result is None for answer in answers):
                return asking.code
        return None


class LoopReader:
    """One connection of one event loop.  A thread opens it when it is first needed, and again after a loss.

    Its callers fall back on the pool, so it neither waits for a server nor reports an error.  ``wire`` is None while
    there is no connection.  ``slow_s``: for how many seconds a unit runs in the pool after the server cancelled it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: Executor, url: str, *, slow_s: float = SLOW_S) -> None:
        self.loop = loop
        self._slow_s = slow_s
        self._threads = threads
        self._url = url
        self._opening: asyncio.Future[None] | None = None
        self._opened: Wire | None = None
        self.wire: Wire | None = None
        self._socket = -1
        self._next_try = 0.0
        self._asked: list[tuple[_Asking, asyncio.Future[list[PGresult]]]] = []
        self._sent: _Batch | None = None
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def load(self) -> int:
        """Return how many units wait for an answer."""
        return len(self._asked) + (len(self._sent.asked) if self._sent is not None else 0)

    async def read(self, unit: UnitOfWork[T]) -> T:
        """Return the result of a unit that runs all statements before it reads an answer; else ``NotInOneTrip``."""
        wire = self.wire
        code = getattr(getattr(unit, "__wrapped__", unit), "__code__", None)
        if wire is None or code in _LONGER or (code in _SLOW and self.loop.time() < _SLOW[code]):
            self._open_soon()
            raise NotInOneTrip
        asking = _Asking(code)
        try:
            value = unit(asking)
        except _Looked:
            pass
        else:
            if not asking.asked:
                return value
        results = await self._ask(asking)
        given = []
        for (plan, values), result in zip(asking.asked, results, strict=True):
            given.append((plan, values, Rows(wire.rows(plan, result), 0)))
        try:
            return unit(_Answering(given))
        except NotInOneTrip:
            if code is not None:
                _LONGER.add(code)
            raise

    def close(self) -> None:
        """Close the connection, on its loop or after that has ended.  Waiting callers get ``NotInOneTrip``."""
        self._stop_clock()
        if not self.loop.is_closed():  # else no caller waits
            if self.wire is not None:
                self.loop.remove_reader(self._socket)
                self.loop.remove_writer(self._socket)
            lost, self._sent = self._sent, None
            unsent, self._asked = self._asked, []
            _give_back(future for *_, future in (*(lost.asked if lost else ()), *unsent))
        self.wire = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _ask(self, asking: _Asking) -> asyncio.Future[list[PGresult]]:
        future: asyncio.Future[list[PGresult]] = self.loop.create_future()
        if not self._asked and self._sent is None:
            self.loop.call_soon(self._send)
        self._asked.append((asking, future))
        return future

    def _send(self) -> None:
        asked, self._asked = self._asked, []
        wire = self.wire
        if wire is None:
            _give_back(future for _, future in asked)
            return
        alike: dict[str, Answer] = {}  # statements without parameters travel once for all units
        sent: list[tuple[_Asking, list[Answer], asyncio.Future[list[PGresult]]]] = []
        try:
            for asking, future in asked:
                answers = []
                for plan, values in asking.asked:
                    answer = alike.get(plan.sql)
                    if answer is None:
                        answer = wire.send(plan.sql, values, once=plan.once)
                        if not values:
                            alike[plan.sql] = answer
                    answers.append(answer)
                sent.append((asking, answers, future))
            self._sent = _Batch(sent, wire.sync())
        except psycopg.Error:
            self.close()
            _give_back(future for _, future in asked)
            return
        self._deadline = self.loop.call_later(ANSWER_S, self.close)
        self._flush()

    def _flush(self) -> None:
        wire = self.wire
        if wire is None:
            return
        try:
            is_sent = wire.flush()
        except psycopg.Error:
            self.close()
            return
        if is_sent:
            self.loop.remove_writer(self._socket)
        else:
            self.loop.add_writer(self._socket, self._flush)

    def _receive(self) -> None:
        wire = self.wire
        if wire is None:
            return
        try:
            wire.receive()
        except psycopg.Error:
            self.close()
            return
        batch = self._sent
        if batch is None or not batch.end.done:
            return
        self._stop_clock()
        self._learn(wire, batch)
        wire.forget()
        self._sent = None
        if self._asked:  # the server works on the next batch meanwhile
            self._send()
        for _, answers, future in batch.asked:
            if future.done():  # its caller was cancelled
                continue
            results = [answer.result for answer in answers if answer.result is not None]
            if len(results) == len(answers):
                future.set_result(results)
            else:
                future.set_exception(NotInOneTrip())

    def _learn(self, wire: Wire, batch: _Batch) -> None:
        """Route the unit that the server cancelled to the pool for a while, but not the units behind it."""
        if wire.failed is None or wire.failed[1].sqlstate != _TIMED_OUT:
            return
        code = batch.refused()
        if code is not None:
            _SLOW[code] = self.loop.time() + self._slow_s

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _open_soon(self) -> None:
        if self.wire is not None or self._opening is not None or self.loop.time() < self._next_try:
            return
        self._next_try = self.loop.time() + RETRY_S
        self._opening = self.loop.run_in_executor(self._threads, self._open)
        self._opening.add_done_callback(self._attach)

    def _open(self) -> None:
        self._opened = Wire(connect_postgres(self._url, _SETTINGS, autocommit=True))

    def _attach(self, opening: asyncio.Future[None]) -> None:
        self._opening = None
        if opening.cancelled() or opening.exception() is not None or self._opened is None:
            return  # the pool's connections report the error to the callers
        self.wire = self._opened
        self._socket = self.wire.socket  # libpq forgets it when the connection is lost
        self.loop.add_reader(self._socket, self._receive)


def _give_back(futures: Iterable[asyncio.Future[list[PGresult]]]) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(NotInOneTrip())
