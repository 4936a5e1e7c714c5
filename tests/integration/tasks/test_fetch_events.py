"""A list of events that is too long for one run is read to its end by the next ones."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from domain.payments.ports import Cancelled, PaymentEvent
from domain.platform.inbox import cursor
from domain.platform.inbox.ports import ProviderEvent
from domain.platform.inbox.tables import inbox
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards
from gateways.testing.cards import PAGE
from runtime.database import Database
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tasks.reconciliation import MAXIMUM_PAGES
from tests.clock import START, Clock
from tests.engines import engine
from tests.story import cause_of, task_of

_count = select(func.count()).select_from(inbox)


def told(clock: Clock, n: int) -> ProviderEvent:
    about = PaymentEvent(
        event_id=f"evt_{n}", occurred_at=clock(), payment_id="pay_of_nobody", outcome=Cancelled(provider_id="pi_1")
    )
    payload = msgspec.json.encode(about).decode()
    return ProviderEvent(event_id=about.event_id, type="payment", created=clock(), payload=payload)


def test_what_one_run_does_not_reach_the_next_one_does(database: Database) -> None:
    clock = Clock()
    cards, many = FakeCards(clock), MAXIMUM_PAGES * PAGE + 3
    cards.listed += [told(clock, n) for n in range(many)]  # all of one second, which is no place to go on from
    database.write(lambda c: enqueue(c, cause_of(clock, "system"), FetchEvents(provider="stripe")))
    with engine(database, clock, cards) as worker:
        for last in (False, True):
            row = task_of(database, FetchEvents.task, status="pending")
            worker.run(REGISTRY[FetchEvents.task], [row.id])
            read_until = database.read(lambda c: cursor.read_until(c, "stripe"))
            assert read_until == (START if last else None), "the cursor passes what was not read"
            clock.forward(seconds=1)
    assert database.read(lambda c: c.run(_count).scalar()) == many
