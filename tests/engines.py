"""Engines for tests: a real database, a fake provider, a clock in the test's hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from gateways.sendgrid import translate as sendgrid
from gateways.testing import FakeCards, FakeMails, FakeRefunds, translate
from runtime.database import Database
from runtime.gateways import Gateways
from runtime.ids import new_id
from runtime.settings import Settings, load
from tasks.execution import Engine
from tasks.leases import Leases
from tasks.loop import LoopThread
from tests.clock import Clock

TRANSLATORS = {"stripe": translate, "sendgrid": sendgrid.translate}


@contextmanager
def engine(
    database: Database,
    clock: Clock,
    cards: FakeCards,
    *,
    refunds: FakeRefunds | None = None,
    mails: FakeMails | None = None,
    holder: str = "here:1",
    settings: Settings | None = None,
) -> Iterator[Engine]:
    """Its leases are renewed only when the test says so."""
    chosen = settings or load({"JWT_SECRET_KEY": "k" * 32})
    loop = LoopThread()
    loop.start()
    leases = Leases(database, clock, holder, length=chosen.lease, renew_every=timedelta(hours=1))
    gateways = Gateways(cards, refunds or FakeRefunds(clock), mails or FakeMails(), TRANSLATORS)
    try:
        yield Engine(database, gateways, chosen, clock, new_id, leases, loop, holder, random.Random(1))
    finally:
        loop.stop()
