"""The connection that a unit of work receives on PostgreSQL: a statement waits for its answer only when the unit reads
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.base import Executable

from domain.database import Row, Rows
from runtime.database.connection import DriverConnection
from runtime.database.postgres.wire import Answer, Wire, written
from runtime.database.statement import Plan, Plans

POSTGRES_PLANS = Plans(PGDialect_psycopg(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]  # SQLAlchemy's


class LateRows(Rows):
    """The rows of a statement that may still be on its way: the first access waits for them."""

    __slots__ = ("_answer", "_changed", "_connection", "_plan", "_rows")

    def __init__(self, connection: PipelinedConnection, plan: Plan, answer: Answer) -> None:
        self._connection = connection
        self._plan = plan
        self._answer: Answer | None = answer
        self._rows: list[Row] = []
        self._changed = 0

    @property
    def rows(self) -> list[Row]:  # type: ignore[override]  # a slot of the base class
        if self._answer is not None:
            self.fetch()
        return self._rows

    @property
    def changed(self) -> int:  # type: ignore[override]  # as above
        if self._answer is not None:
            self.fetch()
        return self._changed

    @property
    def arrived(self) -> bool:
        return self._answer is None or self._answer.done

    def fetch(self) -> None:
        """Wait for the answer; raises what the database refused."""
        if self._answer is None:
            return
        result = self._connection.result_of(self._answer)
        self._answer = None
        if self._plan.returns:
            self._rows = self._connection.wire.rows(self._plan, result)
        if self._plan.changes:
            self._changed = result.command_tuples or 0


class PipelinedConnection(DriverConnection):
    """A refused statement shows when an answer is read, or at the end; the error names the statement in any case.

    ``unread``: there are statements whose answers nobody has waited for.  ``wrote``: a statement that changes
    something was asked for since it was last set to False.
    """

    __slots__ = ("unread", "wire", "wrote")

    def __init__(self, wire: Wire) -> None:
        super().__init__(None, POSTGRES_PLANS, psycopg.Error)
        self.wire = wire
        self.unread = False
        self.wrote = False

    def begin(self, commands: Sequence[str]) -> None:
        """Queue what opens a transaction: it travels with the unit's first statement."""
        self.failure = None
        self.unread = False
        self.wrote = False
        self.drain()
        self.wire.forget()
        for command in commands:
            self.command(command)

    def drain(self) -> None:
        """Find out that the connection was lost meanwhile."""
        try:
            self.wire.drain()
        except psycopg.Error as error:
            raise self._lost("", error) from error

    def command(self, sql: str, answer: Answer | None = None) -> Answer:
        try:
            return self.wire.send(sql, answer=answer)
        except psycopg.Error as error:
            raise self._lost(sql, error) from error

    def run(self, statement: Executable, /, **params: object) -> Rows:
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        return LateRows(self, plan, self._send(plan, params))

    def run_many(self, statement: Executable, /, params: Sequence[Mapping[str, object]]) -> int:
        if self.failure is not None:
            raise self._over()
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        answers = [self._send(plan, each) for each in params]
        return sum(self.result_of(answer).command_tuples or 0 for answer in answers)

    def result_of(self, answer: Answer) -> Any:
        """Its result, waited for; everything that was queued before it is sent along."""
        if not answer.done:
            self.wait()
        if answer.result is None:
            self.check()
            raise self._over()
        return answer.result

    def wait(self) -> None:
        """Send what is queued and wait for all of it."""
        self.unread = False
        try:
            self.wire.wait(self.wire.sync())
        except psycopg.Error as error:
            raise self._lost("", error) from error

    def check(self) -> None:
        """Raise what the database refused so far."""
        if self.failure is None and self.wire.failed is not None:
            sql, error = self.wire.failed
            self.failure = self.explain(error, sql)
        if self.failure is not None:
            raise self.failure

    def _send(self, plan: Plan, params: Mapping[str, object]) -> Answer:
        if self.failure is not None:
            raise self._over()
        values = plan.values(params)
        try:
            as_text = written(values)
            self.unread = True
            if plan.changes:
                self.wrote = True
            return self.wire.send(plan.sql, as_text, once=plan.once)
        except psycopg.Error as error:
            raise self._lost(plan.sql, error) from error

    def _lost(self, sql: str, error: psycopg.Error) -> Exception:
        self.failure = self.explain(error, sql)
        return self.failure
