"""Build the search terms of many jobs at once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, text

from bench.seed.bulk import chunks
from bench.seed.rows import Row
from domain.marketplace.jobs.index import put_terms
from domain.marketplace.jobs.read import FullJob
from domain.marketplace.jobs.terms import terms_of

_NOT_YET: Row = {
    **dict.fromkeys(("wanted_from", "wanted_until", "expires_at")),
    "open_days": 30,
    "version": 1,
    "applicants": 0,
    "client_name": "",
}
_NOWHERE: Row = {"latitude": None, "longitude": None}
_OPTIMIZE = text("INSERT INTO job_terms (job_terms) VALUES ('optimize')")


def fill_terms(connection: Connection, rows: Iterable[Row]) -> None:
    """Index these jobs by their places, as the index is between two of FTS5's large merges.

    A bulk leaves segments that FTS5 merges, a few pages with every insert, in the course of the next thousands of
    posts.
    """
    for chunk in chunks(rows):
        connection.execute(put_terms, [{"place": row["place"], "terms": _terms(row)} for row in chunk])
    if connection.dialect.name == "sqlite":
        connection.execute(_OPTIMIZE)


def _terms(row: Row) -> str:
    known = {name: value for name, value in row.items() if name != "place"}
    return " ".join(terms_of(msgspec.convert(_NOWHERE | _NOT_YET | known, FullJob)))
