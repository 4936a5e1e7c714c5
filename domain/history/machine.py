"""The state machine of a noun on its table: one conditional UPDATE decides races, and each move writes history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, Update, bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.steps import in_words

Status = TypeVar("Status", bound=StrEnum)


class StateMachine(Generic[Status]):
    """Moves rows of ``table`` from one status to another, as ``transitions`` allows.

    ``noun``: the word for a row in a refusal, whose ``code`` is ``<noun>_status`` unless given.
    """

    def __init__(
        self,
        table: Table,
        transitions: Mapping[Status, Collection[Status]],
        noun: str,
        code: str = "",
    ) -> None:
        self._table = table
        self._transitions: Mapping[Any, Collection[Status]] = transitions
        self._noun = noun
        self._code = code or f"{noun.replace(' ', '_')}_status"
        self._statement = cache(self._update)

    def move(
        self, connection: Connection, cause: Cause, row_id: str, before: str, after: Status, **values: object
    ) -> str:
        """Move a row from ``before`` to ``after``, and set ``values``; return the id of the history row.

        ``Conflict`` when no transition allows that, or the row is no longer in ``before``.
        """
        change = self.try_move(connection, cause, row_id, before, after, **values)
        if change is None:
            raise Conflict(self._code, f"The {self._noun} is no longer {in_words(before)}. Read it again.")
        return change

    def try_move(
        self, connection: Connection, cause: Cause, row_id: str, before: str, after: Status, **values: object
    ) -> str | None:
        """Do as ``move``, but return None, without a change, when the move is not possible."""
        if not self.change(connection, row_id, before, after, **values):
            return None
        return record(connection, cause, row_id, before, after)

    def change(self, connection: Connection, row_id: str, before: str, after: Status, **values: object) -> bool:
        """Move a row without a history row; return False, without a change, when the move is not possible."""
        if after not in self._transitions[before]:
            return False
        new = {f"new_{name}": value for name, value in values.items()}
        ran = connection.run(self._statement(*values), of_id=row_id, before=str(before), after=str(after), **new)
        return bool(ran.changed)

    def _update(self, *columns: str) -> Update:
        table = self._table
        new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        return (
            update(table)
            .where(table.c.id == bindparam("of_id"), table.c.status == bindparam("before"))
            .values(status=bindparam("after"), **new)
        )
