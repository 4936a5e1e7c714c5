"""The only interface of the domain to a database.

A use case receives a :class:`Connection` inside its caller's transaction.  A use case never commits, and must be safe
to run again from the start: the writer reruns a unit of work after a failed commit, and PostgreSQL requires a rerun
after a serialisation failure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy.sql.base import Executable

PLANNED_FOR_ITS_VALUES = {"planned_for_its_values": True}
"""Execution option: PostgreSQL makes a plan for each call, because the best plan depends strongly on the values."""
IN_ONE_STEP = {"in_one_step": True}
"""Execution option for pages: SQLite returns all rows in one step.  Each step releases the interpreter's lock, and a
thread that waits for it runs until its own next step: beside a busy writer a page of 20 rows took three times as long.
"""
Row = tuple[Any, ...]
T = TypeVar("T")


class Rows:
    """The result of one statement: its rows (tuples, decoded) and how many it changed."""

    __slots__ = ("changed", "rows")

    def __init__(self, rows: list[Row], changed: int) -> None:
        self.rows = rows
        self.changed = changed

    @property
    def arrived(self) -> bool:
        """Return whether the rows are here already; otherwise the first access is a round trip to the server."""
        return True

    def all(self) -> list[Row]:
        return self.rows

    def first(self) -> Row | None:
        return self.rows[0] if self.rows else None

    def one(self) -> Row:
        """Return the only row; ``LookupError`` if there is none or more than one."""
        if len(self.rows) != 1:
            raise LookupError(f"expected one row, found {len(self.rows)}")
        return self.rows[0]

    def scalar(self) -> Any:
        """Return the first column of the first row; None without rows."""
        return self.rows[0][0] if self.rows else None


class Connection(Protocol):
    """A connection inside a transaction that its caller opened and will end."""

    @property
    def dialect(self) -> str:
        """Return ``"sqlite"`` or ``"postgresql"``."""
        ...

    def run(self, statement: Executable, /, **params: object) -> Rows:
        """Run a module-level Core statement, compiled once, with its named parameters."""
        ...

    def run_many(self, statement: Executable, /, params: Sequence[Mapping[str, object]]) -> int:
        """Run a statement once for each mapping; return the number of rows changed."""
        ...


UnitOfWork = Callable[[Connection], T]
"""A re-runnable synchronous function of a connection, with no effect beside the database."""
