"""One stage for every test of payouts, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runtime.database import Database
from tests.integration.payouts.scene import Stage, staged


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    with staged(database) as made:
        yield made
