"""Run statements over a driver's cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from domain.database import Rows
from runtime.database.errors import UnitOver
from runtime.database.statement import Plan, Plans


class DriverConnection:
    """The connection that a unit of work receives.

    After a failed statement it refuses all others: on SQLite the error may have ended the transaction, and each later
    statement would be committed at once."""

    __slots__ = ("_cursor", "_error", "_plans", "dialect", "failure")

    def __init__(self, cursor: Any, plans: Plans, driver_error: type[Exception]) -> None:
        self.dialect: str = plans.dialect.name
        self.failure: Exception | None = None
        self._cursor = cursor
        self._plans = plans
        self._error = driver_error

    def run(self, statement: Executable, /, **params: object) -> Rows:
        """Run a module-level Core statement and fetch everything.

        ``TypeError`` for unknown or missing parameters; SQLAlchemy's ``DBAPIError`` for what the
        database refuses; ``UnitOver`` once a statement has failed.
        """
        if self.failure is not None:
            raise self._over()
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        # Plan.values, inline: this is the hottest line of the project.
        values = plan.template.copy()
        try:
            for index, name in plan.places:
                values[index] = params[name]
        except KeyError:
            raise plan.misuse(params) from None
        if len(params) != plan.count:
            raise plan.misuse(params)
        for index, encode in plan.encoders:
            values[index] = encode(values[index])
        cursor = self._cursor
        try:
            cursor.execute(plan.sql, values)
            rows = cursor.fetchall() if plan.returns else []
        except self._error as error:
            raise self._failed(plan, error) from error
        if plan.decodes and rows:
            rows = plan.decode(rows)
        return Rows(rows, cursor.rowcount if plan.changes else 0)

    def run_many(self, statement: Executable, /, params: Sequence[Mapping[str, object]]) -> int:
        """Run a statement without rows once for each mapping, and return the number of changed rows."""
        if self.failure is not None:
            raise self._over()
        if not params:
            return 0
        plan = self._plans.by_id.get(id(statement)) or self._plans.add(statement)
        many = [plan.values(each) for each in params]
        try:
            self._cursor.executemany(plan.sql, many)
        except self._error as error:
            raise self._failed(plan, error) from error
        return int(self._cursor.rowcount)

    def explain(self, error: Exception, sql: str) -> Exception:
        """Return the driver's error as SQLAlchemy's, which is the same for every driver.  It contains no parameters."""
        wrapped = DBAPIError.instance(sql, None, error, self._error, hide_parameters=True, dialect=self._plans.dialect)
        return wrapped if isinstance(wrapped, Exception) else error

    def _failed(self, plan: Plan, error: Exception) -> Exception:
        self.failure = self.explain(error, plan.sql)
        return self.failure

    def _over(self) -> UnitOver:
        return UnitOver(f"the unit of work was over with: {self.failure!r}")
