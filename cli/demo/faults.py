"""Have the sandbox fail: provider calls before and after their effect, webhooks lost, doubled and late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from cli.demo.witness import connect

CALLS = ("payment_intents.create", "accounts.create", "transfers.create", "payouts.create")
CALL_FAULTS = ("error", "error_stored", "too_many_requests", "reset", "effect_without_answer")
EVENTS = (
    *("payment_intent.succeeded", "payment_intent.payment_failed", "charge.succeeded", "charge.updated"),
    *("account.updated", "payout.created", "payout.updated", "payout.paid"),
)
"""Not those of e-mails: SendGrid knows no keys, and a mail whose fate nobody hears of is sent again in the end."""
EVENT_FAULTS = ("webhook_lose", "webhook_duplicate", "webhook_reorder")


@contextmanager
def failing(sandbox_url: str, rate: float, seed: int) -> Iterator[None]:
    """``rate`` of the calls, and of the events for each way in which an event can go wrong."""
    if not rate:
        yield
        return
    plan = [(kind, rate / len(CALL_FAULTS), call) for kind in CALL_FAULTS for call in CALLS]
    plan += [(kind, rate, event) for kind in EVENT_FAULTS for event in EVENTS]
    with connect(sandbox_url) as sandbox:
        for n, (kind, share, operation) in enumerate(plan):
            body = {"kind": kind, "rate": share, "operation": operation, "seed": seed + n}
            sandbox.post("/sandbox/faults", json=body).raise_for_status()
    try:
        yield
    finally:
        with suppress(httpx.ConnectError), connect(sandbox_url) as sandbox:  # where none is left, none fails
            sandbox.delete("/sandbox/faults").raise_for_status()
