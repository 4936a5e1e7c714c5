"""A worker whose provider of refunds is a fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateways.testing import FakeCards, FakeRefunds
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.engines import engine


@pytest.fixture
def refunds(clock: Clock) -> FakeRefunds:
    return FakeRefunds(clock)


@pytest.fixture
def worker(database: Database, clock: Clock, refunds: FakeRefunds) -> Iterator[Engine]:
    with engine(database, clock, FakeCards(clock), refunds=refunds) as made:
        yield made
