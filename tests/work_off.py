"""Do what waits, as relay and Celery workers would, without a broker."""

from __future__ import annotations

from itertools import groupby
from typing import cast

from domain.payments import read as payments
from domain.payments.read import Payment
from domain.platform.outbox import due
from domain.platform.queues import QUEUES
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests.clock import Clock
from tests.story import Story, accepted, hired


def work_off(engine: Engine, **later: float) -> int:
    """Run every row that is due, in batches as they are allowed, until none is; how many ran.

    ``later`` moves the engine's clock first: ``work_off(worker, minutes=5)``.
    """
    if later:
        cast(Clock, engine.clock).forward(**later)
    done = 0
    while ran := sum(_one_round(engine, queue) for queue in QUEUES):
        done += ran
    return done


def _one_round(engine: Engine, queue: str) -> int:
    known = list(REGISTRY)
    rows = engine.database.read(lambda c: due.due(c, {queue: 100}, now=engine.clock(), known=known)[queue])
    ran = 0
    for name, same in groupby(sorted(rows, key=lambda row: row.task), key=lambda row: row.task):
        ids, batch = [row.id for row in same], REGISTRY[name].batch
        for begin in range(0, len(ids), batch):
            ran += engine.run(REGISTRY[name], ids[begin : begin + batch])
    return ran


def unconfirmed(worker: Engine, clock: Clock) -> tuple[Story, Payment, str]:
    """Alice's payment is at the provider, and waits for her card: with the secret by which she confirms it."""
    story = hired(worker.database, clock)
    payment = accepted(worker.database, clock, story, method=None)
    work_off(worker)
    secret = worker.database.read(lambda c: payments.by_id(c, payment.id)).client_secret
    assert secret is not None
    return story, payment, secret
