"""The connection that a unit of work receives on PostgreSQL.

It sends a statement without waiting, and waits for the answer when the unit reads it."""

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
    """The rows of a statement whose answer may not have arrived: the first access waits for it."""

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
        """Wait for the answer; raise the database's error when it refused a statement."""
        if self._answer is None:
            return
        result = self._connection.result_of(self._answer)
        self._answer = None
        if self._plan.returns:
            self._rows = self._connection.wire.rows(self._plan, result)
        if self._plan.changes:
            self._changed = result.command_tuples or 0


class PipelinedConnection(DriverConnection):
    """Runs statements in libpq's pipeline mode.

    The error of a refused statement is raised when an answer is read, or at the end; it names the statement.
    ``unread``: there are statements whose answers the unit has not waited for.  ``wrote``: a statement that changes
    rows was run since a caller last set ``wrote`` to False.
    """

    __slots__ = ("unread", "wire", "wrote")

    def __init__(self, wire: Wire) -> None:
        super().__init__(None, POSTGRES_PLANS, psycopg.Error)
        self.wire = wire
        self.unread = False
        self.wrote = False

    def begin(self, commands: Sequence[str]) -> None:
        """Queue the commands that open a transaction; they travel with the unit's first statement."""
        self.failure = None
        self.unread = False
        self.wrote = False
        self.drain()
        self.wire.forget()
        for command in commands:
            self.command(command)

    def drain(self) -> None:
        """Read late answers; raise SQLAlchemy's ``DBAPIError`` when the connection was lost meanwhile."""
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
        """Send all queued statements, wait for the answer, and return its result."""
        if not answer.done:
            self.wait()
        if answer.result is None:
            self.check()
            raise self._over()
        return answer.result

    def wait(self) -> None:
        """Send all queued statements and wait for their answers."""
        self.unread = False
        try:
            self.wire.wait(self.wire.sync())
        except psycopg.Error as error:
            raise self._lost("", error) from error

    def check(self) -> None:
        """Raise the error of the first statement that the database refused; do nothing when it refused none."""
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
