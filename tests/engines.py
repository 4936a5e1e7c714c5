"""Engines for tests: a real database, a fake provider, a clock in the test's hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from gateways.sendgrid import translate as sendgrid
from gateways.stripe.open import open_all
from gateways.stripe.translate import translate as translate_stripe
from gateways.testing import FakeCards, FakeMails, FakePayoutAccounts, FakePayouts, FakeRefunds, translate
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
def stripe_engine(database: Database, clock: Clock, secret_key: str, base: str) -> Iterator[Engine]:
    """Over Stripe's real gateways; for tests against the sandbox.  Its e-mails go nowhere."""
    stripe = open_all(secret_key, base)
    translators = {**TRANSLATORS, "stripe": translate_stripe}
    gateways = Gateways(stripe.cards, stripe.refunds, FakeMails(), stripe.payout_accounts, stripe.payouts, translators)
    # Stripe's own clock does not move with the test's, so nothing here may need a long time.
    hasty = {"JWT_SECRET_KEY": "k" * 32, "ABSENCE_CONFIRM_MS": "5000", "RECONCILE_STUCK_MS": "1000"}
    with _over(database, clock, gateways, load(hasty), "here:1") as made:
        yield made
        made.loop.run(gateways.close())


@contextmanager
def engine(
    database: Database,
    clock: Clock,
    cards: FakeCards,
    *,
    refunds: FakeRefunds | None = None,
    mails: FakeMails | None = None,
    accounts: FakePayoutAccounts | None = None,
    payouts: FakePayouts | None = None,
    holder: str = "here:1",
    settings: Settings | None = None,
    chance: random.Random | None = None,
) -> Iterator[Engine]:
    """Its leases are renewed only when the test says so."""
    chosen = settings or load({"JWT_SECRET_KEY": "k" * 32})
    gateways = Gateways(
        cards,
        refunds or FakeRefunds(clock),
        mails or FakeMails(),
        accounts or FakePayoutAccounts(clock),
        payouts or FakePayouts(clock),
        TRANSLATORS,
    )
    with _over(database, clock, gateways, chosen, holder, chance) as made:
        yield made


@contextmanager
def _over(
    database: Database,
    clock: Clock,
    gateways: Gateways,
    settings: Settings,
    holder: str,
    chance: random.Random | None = None,
) -> Iterator[Engine]:
    loop = LoopThread()
    loop.start()
    leases = Leases(database, clock, holder, length=settings.lease, renew_every=timedelta(hours=1))
    try:
        yield Engine(database, gateways, settings, clock, new_id, leases, loop, holder, chance or random.Random(1))
    finally:
        loop.stop()
