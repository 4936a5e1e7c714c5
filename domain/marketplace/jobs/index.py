"""Maintain the search terms of jobs, in the transaction that changes a job.

``job_terms`` is a full text search table on SQLite, and has a column of type ``tsvector`` on PostgreSQL.  The number of
a row is the place of its job, so the newest jobs have the last rows.
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
    """A bound string of terms with spaces between them, converted to the type that the database stores."""

    inherit_cache = True
    type = String()

    def __init__(self, name: str) -> None:
        self.terms = bindparam(name, type_=String())


class has_terms(ColumnElement[bool]):  # noqa: N801 - reads as a clause
    """The condition ``has_terms("wanted")``: true for the rows that match the query bound as ``wanted``."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # otherwise SQLite's compiler appends "… = 1"

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
    """Insert the terms of a job at its place, which must not have terms yet."""
    connection.run(put_terms, place=place, terms=" ".join(terms_of(job)))


def put(connection: Connection, place: int, job: FullJob) -> None:
    forget(connection, place)
    add(connection, place, job)


def forget(connection: Connection, place: int) -> None:
    connection.run(_forget, place=place)
