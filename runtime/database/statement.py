"""Compile a Core statement once for a dialect, into a plan that the driver can run many times.

For a small statement, SQLAlchemy's own execution path costs several times as much as the database's work, so
``connection.run`` uses the driver's cursor.  The cursor bypasses SQLAlchemy's conversion of values, so a plan has a
converter for each parameter and column that needs one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement, TextClause

from domain.database import IN_ONE_STEP, PLANNED_FOR_ITS_VALUES

Converter = Callable[[Any], Any]

_ROWS = msgspec.json.Decoder(list[tuple[Any, ...]])

log = logging.getLogger("handwork.database")


class Plan:
    """A compiled statement: its SQL, where each parameter goes, and the converters.

    ``template`` has the constants (literals and ``.values(x=None)``) at their places; ``places`` maps the other places
    to parameters.  ``once``: PostgreSQL plans the statement for the values of each call.  ``decodes``: the driver's
    rows need ``decode``.
    """

    __slots__ = (
        "changes",
        "count",
        "decoders",
        "decodes",
        "encoders",
        "gathered",
        "names",
        "once",
        "places",
        "returns",
        "sql",
        "statement",
        "template",
    )

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = _compile(statement, dialect)
        order = list(compiled.positiontup or ())
        self.statement = statement  # keeps the statement alive: the cache's key is its id, which Python reuses
        self.sql = str(compiled)
        self.places = tuple((i, name) for i, name in enumerate(order) if _is_parameter(compiled, name))
        self.names = frozenset(name for _, name in self.places)
        self.count = len(self.names)
        encoders: Mapping[str, Any] = compiled._bind_processors
        self.encoders = tuple((i, encoders[name]) for i, name in self.places if name in encoders)
        self.template = [None if name in self.names else _constant(compiled, name, encoders) for name in order]
        self.decoders = _decoders(compiled, dialect)
        self.changes = bool(compiled.isinsert or compiled.isupdate or compiled.isdelete)
        self.returns = bool(compiled._result_columns)
        options = statement.get_execution_options()
        self.once = options.items() >= PLANNED_FOR_ITS_VALUES.items()
        self.gathered = dialect.name == "sqlite" and options.items() >= IN_ONE_STEP.items()
        if self.gathered:
            self.sql = _gathered(self.sql, len(compiled._result_columns))
        self.decodes = self.gathered or bool(self.decoders)

    def values(self, params: Mapping[str, object]) -> list[Any]:
        """Return the driver's positional values; ``TypeError`` names unknown and missing parameters."""
        values = self.template.copy()
        try:
            for index, name in self.places:
                values[index] = params[name]
        except KeyError:
            raise self.misuse(params) from None
        if len(params) != self.count:
            raise self.misuse(params)
        for index, encode in self.encoders:
            values[index] = encode(values[index])
        return values

    def decode(self, rows: list[Any]) -> list[Any]:
        """Return the driver's rows as the unit of work receives them.  Call it only when ``decodes`` is true."""
        if self.gathered:
            rows = _ROWS.decode(rows[0][0])
        decoded = []
        for row in rows:
            values = list(row)
            for index, convert in self.decoders:
                values[index] = convert(values[index])
            decoded.append(tuple(values))
        return decoded

    def misuse(self, params: Mapping[str, object]) -> TypeError:
        unknown, missing = sorted(params.keys() - self.names), sorted(self.names - params.keys())
        faults = [f"unknown {', '.join(unknown)}"] * bool(unknown) + [f"missing {', '.join(missing)}"] * bool(missing)
        return TypeError(f"parameters {' and '.join(faults)} in: {self.sql}")


class Plans:
    """The plans of one dialect, shared by all its connections in this process."""

    LIMIT = 2_000

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.by_id: dict[int, Plan] = {}

    def add(self, statement: Executable) -> Plan:
        if len(self.by_id) >= self.LIMIT:
            log.warning("statement cache cleared at %d statements: build each once, at module level", self.LIMIT)
            self.by_id.clear()
        plan = self.by_id[id(statement)] = Plan(statement, self.dialect)
        return plan


def _compile(statement: Executable, dialect: Dialect) -> SQLCompiler:
    if not isinstance(statement, ClauseElement) or isinstance(statement, TextClause):
        raise TypeError(f"not a Core statement (text() needs .columns() to say what comes back): {statement!r}")
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"not a statement that takes parameters: {statement}")
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError(f"columns with Python-side defaults are not filled in by run: {compiled}")
    return compiled


def _gathered(sql: str, columns: int) -> str:
    """Return a statement whose only value is all rows as a JSON list of lists.

    SQLite keeps the order of a subquery that has a LIMIT.
    """
    names = ", ".join(f"c{n}" for n in range(columns))
    return f"WITH page({names}) AS ({sql}) SELECT json_group_array(json_array({names})) FROM page"  # noqa: S608 - names


def _is_parameter(compiled: SQLCompiler, name: str) -> bool:
    """Return whether a bind is a parameter of ours: SQLAlchemy marks ``bindparam(name)`` as required, and its own binds
    for literals not."""
    bind = compiled.binds.get(name)
    return bind is not None and bind.required


def _constant(compiled: SQLCompiler, name: str, encoders: Mapping[str, Any]) -> Any:
    value = compiled.params[name] if name not in compiled.binds else compiled.binds[name].effective_value
    return encoders[name](value) if name in encoders else value


def _decoders(compiled: SQLCompiler, dialect: Dialect) -> tuple[tuple[int, Converter], ...]:
    found = []
    for index, column in enumerate(compiled._result_columns):
        convert = column.type._cached_result_processor(dialect, None)
        if convert is not None:
            found.append((index, convert))
    return tuple(found)
