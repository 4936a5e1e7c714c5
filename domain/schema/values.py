"""``column IN (a list bound as one parameter)``, so that such a statement is compiled once.

The list travels as JSON text (the :class:`~domain.schema.types.Json` type encodes it).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean

from domain.schema.types import Json


class one_of(ColumnElement[bool]):  # noqa: N801 - reads as a clause, like sqlalchemy's own and_, or_
    """``one_of(table.c.id, "ids")``: true where the column is in the list bound as ``ids``."""

    inherit_cache = True
    type = Boolean()
    # Without this flag, SQLite's compiler appends "= 1", and then no index serves the column.
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=Json())


@compiles(one_of, "sqlite")
def _on_sqlite(element: one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    values = compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled SQL, no user text


@compiles(one_of, "postgresql")
def _on_postgresql(element: one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    values = compiler.process(element.values, **kw)
    return f"{column} IN (SELECT jsonb_array_elements_text(({values})::jsonb))"
