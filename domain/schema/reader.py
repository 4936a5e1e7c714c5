"""Read the rows of a table as structs, and a table in pages."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, ColumnElement, Select, String, Table, bindparam, null, or_, select

from domain.database import Connection
from domain.errors import NotFound

BEHIND_ALL_IDS = "~"
"""Sorts behind every id, and so begins the first page of the newest rows."""
T = TypeVar("T", bound=msgspec.Struct)


class Reader(Generic[T]):
    """Reads rows as ``kind``, a struct whose fields are columns of ``table``, and then those ``beside`` it.

    ``noun`` names a row that is missing.  ``select`` is the statement for all rows, without the joins of ``beside``, so
    ``by_id`` and ``find`` are for readers without ``beside``.
    """

    def __init__(self, table: Table, kind: type[T], *beside: ColumnElement[Any], noun: str = "") -> None:
        self._kind = kind
        self._noun = noun or table.name.replace("_", " ")
        own = kind.__struct_fields__[: len(kind.__struct_fields__) - len(beside)]
        self.select: Select[Any] = select(*(table.c[name] for name in own), *beside)
        self._by_id = self.select.where(table.c.id == bindparam("of_id"))

    def by_id(self, connection: Connection, row_id: str) -> T:
        """Return the row with this id; ``NotFound`` when there is none."""
        return self.one(connection, self._by_id, of_id=row_id)

    def find(self, connection: Connection, row_id: str) -> T | None:
        """Return the row with this id; None when there is none."""
        return self.first(connection, self._by_id, of_id=row_id)

    def one(self, connection: Connection, statement: Select[Any], **parameters: object) -> T:
        """Return the statement's first row; ``NotFound`` when it has none."""
        found = self.first(connection, statement, **parameters)
        if found is None:
            raise NotFound(self._noun)
        return found

    def first(self, connection: Connection, statement: Select[Any], **parameters: object) -> T | None:
        row = connection.run(statement, **parameters).first()
        return self._kind(*row) if row else None

    def all(self, connection: Connection, statement: Select[Any], **parameters: object) -> list[T]:
        return [self._kind(*row) for row in connection.run(statement, **parameters).all()]

    def page(
        self, connection: Connection, statement: Select[Any], *, before: str | None, most: int, **parameters: object
    ) -> list[T]:
        """Return at most ``most`` rows of a statement by ``newest_first``: those older than the id ``before``."""
        return self.all(connection, statement, before=before or BEHIND_ALL_IDS, most=most, **parameters)


def newest_first(statement: Select[Any], ids: Column[Any]) -> Select[Any]:
    """Return the statement for a page of its rows: ``most`` of those with an id below ``before``, the newest first."""
    return statement.where(ids < bindparam("before")).order_by(ids.desc()).limit(bindparam("most"))


def if_wanted(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that the column has the parameter's value; None as the value lets every row pass."""
    wanted = bindparam(name, type_=String())
    return or_(wanted.is_(null()), column == wanted)
