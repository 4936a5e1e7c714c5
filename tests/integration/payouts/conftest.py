"""One scene for every test of payouts, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateways.testing import FakeCards, FakePayoutAccounts, FakePayouts
from runtime.database import Database
from tests.clock import Clock
from tests.engines import engine
from tests.integration.payouts.scene import Scene, scene


@pytest.fixture
def stage(database: Database) -> Iterator[Scene]:
    clock = Clock()
    accounts, payouts = FakePayoutAccounts(clock), FakePayouts(clock)
    with engine(database, clock, FakeCards(clock), accounts=accounts, payouts=payouts) as worker:
        yield scene(database, clock, worker, accounts, payouts)
