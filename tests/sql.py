"""SQL as it stands, for what no use case does."""

from __future__ import annotations

from typing import Any

from runtime.database import open_engine


def run_sql(url: str, *statements: str) -> None:
    """Run the statements in one transaction."""
    engine = open_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = open_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(query).all()]
    engine.dispose()
    return rows
