"""A job's place in the list of the newest: a number that grows with every job that is opened.

It is the order of every list, the position in a cursor, and the number under which the job's words are
indexed.  It comes from the time at which the job was opened, so that a moment has a place too; the database
makes it unique, in the statement that writes it.

SQLite has one writer at a time, which takes milliseconds or the last place and one, whichever is more: small
steps keep the index small.  PostgreSQL has many, which must not wait for each other: milliseconds and ten bits
of a sequence.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from domain.schema import Instant

BEHIND_ALL = 2**62
"""Greater than every place: the first page begins below it."""


class _OfTime(ColumnElement[int]):
    inherit_cache = True
    type = BigInteger()

    def __init__(self, name: str) -> None:
        self.moment = bindparam(name, type_=Instant())


class next_place(_OfTime):  # noqa: N801 - reads as a function of SQL
    """``next_place("posted_at")``: a place for a job that is opened at the time bound as ``posted_at``."""


class place_of(_OfTime):  # noqa: N801 - as above
    """``place_of("since")``: no job that was opened at that time or later has a smaller place."""


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
