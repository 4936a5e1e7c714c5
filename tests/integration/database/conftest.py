"""Databases that have the table of notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from runtime.database import Database, open_database
from tests.integration.database import notes


@pytest.fixture
def noted(postgres_url: str, postgres_database: Database) -> Database:
    notes.create(postgres_url)
    postgres_database.write(lambda c: notes.put(c, "n1"))
    return postgres_database


@pytest.fixture
def url(sqlite_url: str) -> str:
    """The address of an SQLite database that has the table of notes."""
    notes.create(sqlite_url)
    return sqlite_url


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as database:
        yield database
