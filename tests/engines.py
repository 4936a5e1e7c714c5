"""Engines for tests: a real database, a fake provider, a clock in the test's hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from domain.announcements.channels import EMAIL
from domain.announcements.deliveries.ports import Carrier
from domain.payments.ports import CardPayments
from domain.platform.inbox.ports import Events
from gateways.sendgrid import translate as sendgrid
from gateways.stripe.lookups import KEY_LIFETIME
from gateways.stripe.translate import translate as translate_stripe
from gateways.testing import FakeCards, FakeMails, FakePayoutAccounts, FakePayouts, FakeRefunds, translate
from runtime.database import Database
from runtime.gateways import Gateways, Rail, Translate, stripe_rail
from runtime.ids import new_id
from runtime.settings import Settings, load
from tasks.execution import Engine
from tasks.leases import Leases
from tasks.loop import LoopThread
from tests.clock import Clock

TRANSLATORS = {"stripe": translate, "sendgrid": sendgrid.translate}


class Cards(CardPayments, Events, Protocol):
    """A card provider that lists its events."""


def fake_rail(
    clock: Clock,
    cards: Cards | None = None,
    *,
    refunds: FakeRefunds | None = None,
    accounts: FakePayoutAccounts | None = None,
    payouts: FakePayouts | None = None,
) -> Rail:
    """A provider in memory; what is not given is made."""
    pay: Cards = cards or FakeCards(clock)
    return Rail(
        pay=pay,
        refund=refunds or FakeRefunds(clock),
        payout=payouts or FakePayouts(clock),
        payout_accounts=accounts or FakePayoutAccounts(clock),
        events=pay,
        key_lifetime=KEY_LIFETIME,
        close=pay.close,
    )


@contextmanager
def stripe_engine(database: Database, clock: Clock, secret_key: str, base: str) -> Iterator[Engine]:
    """Over Stripe's real gateways; for tests against the sandbox.  Its e-mails go nowhere."""
    translators = {**TRANSLATORS, "stripe": translate_stripe}
    gateways = Gateways({"stripe": stripe_rail(secret_key, base)}, {EMAIL.name: FakeMails()}, translators)
    # Stripe's own clock does not move with the test's, so nothing here may need a long time.
    hasty = {"JWT_SECRET_KEY": "k" * 32, "ABSENCE_CONFIRM_MS": "5000", "RECONCILE_STUCK_MS": "1000"}
    with _over(database, clock, gateways, load(hasty), "here:1") as made:
        yield made
        made.loop.run(gateways.close())


@contextmanager
def engine(
    database: Database,
    clock: Clock,
    cards: Cards,
    *,
    refunds: FakeRefunds | None = None,
    mails: FakeMails | None = None,
    accounts: FakePayoutAccounts | None = None,
    payouts: FakePayouts | None = None,
    holder: str = "here:1",
    settings: Settings | None = None,
    chance: random.Random | None = None,
    more_rails: Mapping[str, Rail] | None = None,
    more_carriers: Mapping[str, Carrier[Any]] | None = None,
    translators: Mapping[str, Translate] | None = None,
) -> Iterator[Engine]:
    """Its leases are renewed only when the test says so.  The fakes are the rail "stripe"."""
    chosen = settings or load({"JWT_SECRET_KEY": "k" * 32})
    rail = fake_rail(clock, cards, refunds=refunds, accounts=accounts, payouts=payouts)
    more = dict(more_rails or {})
    translate_with = {**TRANSLATORS, **dict.fromkeys(more, translate), **(translators or {})}
    carriers = {EMAIL.name: mails or FakeMails(), **(more_carriers or {})}
    gateways = Gateways({"stripe": rail, **more}, carriers, translate_with)
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
