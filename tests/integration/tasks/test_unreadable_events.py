"""Signed events that we cannot read: kept, and dead at once with the reason; once we can, they are run again."""

from __future__ import annotations

import pytest

from domain.platform.inbox.handle import payload_of
from domain.platform.outbox import read
from domain.platform.outbox.states import TaskStatus
from runtime.database import Database
from tests.clock import Clock
from tests.engines import stripe_engine
from tests.served import free_port
from tests.story import task_of, told_by
from tests.stripe_webhooks import event_body
from tests.unit.gateways.stripe_bodies import intent
from tests.work_off import work_off

UNREADABLE = {
    "without a time": ("stripe", '{"id": "evt_1", "type": "charge.succeeded", "data": {"object": {}}}'),
    "with a time that is text": ("stripe", event_body("evt_1", created="now").decode()),
    "with a time that there is not": ("stripe", event_body("evt_1", created=10**15).decode()),
    "of one of our payments, without its fields": (
        "stripe",
        event_body("evt_1", data={"object": {"metadata": {"payment_id": "pay_1"}}}).decode(),
    ),
    "of one of our payments, with an amount that no column holds": (
        "stripe",
        event_body(
            "evt_1",
            type="payment_intent.succeeded",
            data={"object": intent(amount=10**30, amount_received=10**30)},
        ).decode(),
    ),
    "of SendGrid's, without a time": ("sendgrid", '{"sg_event_id": "evt_1", "event": "delivered"}'),
    "of SendGrid's, at a time that there is not": (
        "sendgrid",
        '{"sg_event_id": "evt_1", "event": "delivered", "delivery_id": "dlv_1", "timestamp": 1e300}',
    ),
}


@pytest.mark.parametrize(("provider", "payload"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_it_is_kept_and_not_tried_in_vain(database: Database, provider: str, payload: str) -> None:
    clock = Clock()
    told_by(provider, database, clock, payload, "evt_1")
    with stripe_engine(database, clock, "sk_test_x", f"http://127.0.0.1:{free_port()}") as worker:
        assert work_off(worker) == 1
    row = task_of(database, "webhooks.process")
    assert row.status == TaskStatus.DEAD
    _, (attempt,) = database.read(lambda c: read.task(c, row.id))
    assert attempt.outcome == "refused"
    assert attempt.detail is not None
    assert "event_unreadable" in attempt.detail
    assert database.read(lambda c: payload_of(c, provider, "evt_1")) == payload
