"""A job's place in the list of the newest: a number that grows with every job that is opened.

The place orders the lists of newest jobs, is the position in a cursor, and numbers the row of the job's search terms.
It derives from the time at which the job was opened, so ``place_of`` can compute a place from any time.  The database
makes the place unique, in the statement that writes it.

SQLite has one writer at a time.  Its place is the time in milliseconds or the last place plus one, whichever is
greater: small steps keep the index small.  PostgreSQL has many writers, which must not wait for each other.  Its place
is the time in milliseconds, followed by ten bits of a sequence.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from domain.schema import Instant

BEHIND_ALL = 2**62
"""A number greater than every place; the first page begins below it."""


class _OfTime(ColumnElement[int]):
    inherit_cache = True
    type = BigInteger()

    def __init__(self, name: str) -> None:
        self.moment = bindparam(name, type_=Instant())


class next_place(_OfTime):  # noqa: N801 - reads as a function of SQL
    """The SQL function ``next_place("posted_at")``: a place for a job that opens at the time bound as ``posted_at``."""


class place_of(_OfTime):  # noqa: N801 - as above
    """The SQL function ``place_of("since")``: no job that was opened at ``since`` or later has a smaller place."""


@compiles(next_place, "sqlite")
def _next_on_sqlite(element: next_place, compiler: SQLCompiler, **kw: Any) -> str:
    moment = compiler.process(element.moment, **kw)
    return f"max({moment} / 1000, (SELECT coalesce(max(place), 0) + 1 FROM job))"  # noqa: S608 - no user text


@compiles(next_place, "postgresql")
def _next_on_postgresql(element: next_place, compiler: SQLCompiler, **kw: Any) -> str:
    moment = compiler.process(element.moment, **kw)
    return f"({moment}::bigint / 1000 * 1024 + nextval('job_place') % 1024)"


@compiles(place_of, "sqlite")
def _place_on_sqlite(element: place_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.moment, **kw)} / 1000"


@compiles(place_of, "postgresql")
def _place_on_postgresql(element: place_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.moment, **kw)}::bigint / 1000 * 1024)"
