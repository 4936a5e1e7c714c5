"""Keep what jobs are found by, in the transaction that changes them.

``job_terms`` is full text search on SQLite, a column of ``tsvector`` on PostgreSQL; its rows are numbered by the
places of the jobs, so that the newest are its last.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, String, bindparam, column, delete, insert, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from domain.database import Connection
from domain.marketplace.jobs.read import FullJob
from domain.marketplace.jobs.terms import terms_of

job_terms = table("job_terms", column("rowid", BigInteger), column("terms", String))


class _Terms(ColumnElement[str]):
    """Terms with spaces between them, bound by name, as the database keeps them."""

    inherit_cache = True
    type = String()

    def __init__(self, name: str) -> None:
        self.terms = bindparam(name, type_=String())


class has_terms(ColumnElement[bool]):  # noqa: N801 - reads as a clause
    """``has_terms("wanted")``: true for the rows that the query bound as ``wanted`` finds."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite's compiler writes "… = 1" after it

    def __init__(self, name: str) -> None:
        self.query = bindparam(name, type_=String())


@compiles(_Terms, "sqlite")
def _terms_on_sqlite(element: _Terms, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.terms, **kw)


@compiles(_Terms, "postgresql")
def _terms_on_postgresql(element: _Terms, compiler: SQLCompiler, **kw: Any) -> str:
    return f"array_to_tsvector(string_to_array({compiler.process(element.terms, **kw)}, ' '))"


@compiles(has_terms, "sqlite")
def _has_on_sqlite(element: has_terms, compiler: SQLCompiler, **kw: Any) -> str:
    return f"job_terms MATCH {compiler.process(element.query, **kw)}"


@compiles(has_terms, "postgresql")
def _has_on_postgresql(element: has_terms, compiler: SQLCompiler, **kw: Any) -> str:
    return f"job_terms.terms @@ ({compiler.process(element.query, **kw)})::tsquery"


_forget = delete(job_terms).where(job_terms.c.rowid == bindparam("place"))
put_terms = insert(job_terms).values(rowid=bindparam("place"), terms=_Terms("terms"))


def add(connection: Connection, place: int, job: FullJob) -> None:
    """Index the terms of a place that has none yet."""
    connection.run(put_terms, place=place, terms=" ".join(terms_of(job)))


def put(connection: Connection, place: int, job: FullJob) -> None:
    forget(connection, place)
    add(connection, place, job)


def forget(connection: Connection, place: int) -> None:
    connection.run(_forget, place=place)
