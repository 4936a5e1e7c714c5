"""PostgreSQL plans a search for its values each time: how common the wanted terms are decides between its plans."""

from __future__ import annotations

from sqlalchemy import column, func, select, table

from domain.database import Connection
from domain.marketplace.jobs.query import Asked, understood
from domain.marketplace.jobs.read import page
from domain.marketplace.jobs.search import search
from runtime.database.postgres.session import Session

SEARCHES = 8
"""The server considers one plan for all values after five runs of a prepared statement."""
_names = select(func.count()).select_from(table("pg_prepared_statements", column("statement")))
_searches = _names.where(column("statement").contains("job_terms"))
_pages = _names.where(column("statement").contains("FROM job JOIN account"))


def test_no_search_is_prepared_for_all_values(postgres_url: str) -> None:
    session = Session(postgres_url)

    def look(connection: Connection) -> None:
        search(connection, understood(Asked(q="tap", budget_min=6_000)), after=None, most=20)
        page(connection, status="open", after=None, most=20)

    for _ in range(SEARCHES):
        session.run(look)
    assert session.run(lambda c: c.run(_pages).scalar()) > 0, "others are"
    assert session.run(lambda c: c.run(_searches).scalar()) == 0
    session.close()
