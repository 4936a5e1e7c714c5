"""A database with one note in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runtime.database import Database, open_database
from tests.integration.database import notes


@pytest.fixture
def noted(postgres_url: str) -> Iterator[Database]:
    notes.create(postgres_url)
    opened = open_database(postgres_url)
    opened.write(lambda c: notes.put(c, "n1"))
    yield opened
    opened.close()
