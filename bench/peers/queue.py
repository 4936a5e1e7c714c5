"""The peer's Celery tasks.  In the web figures nobody consumes them: only ``.delay()`` is measured."""

from __future__ import annotations

import os

from celery import Celery

app = Celery("peer", broker=os.environ["PEER_BROKER_URL"])


@app.task
def submit_payment(payment_id: str) -> str:
    return payment_id


@app.task
def process_webhook(provider: str, event_id: str) -> str:
    return f"{provider} {event_id}"
