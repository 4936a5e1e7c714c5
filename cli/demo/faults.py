"""Make the sandbox fail: provider calls before and after their effect, and webhooks lost, doubled or late."""

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
"""The events that may go wrong.  E-mail events are not among them: SendGrid has no idempotency keys, so the platform
sends an e-mail without events again in the end."""
EVENT_FAULTS = ("webhook_lose", "webhook_duplicate", "webhook_reorder")


@contextmanager
def failing(sandbox_url: str, rate: float, seed: int) -> Iterator[None]:
    """Add the faults, and delete them at the end.

    ``rate``: the share of the calls that fail, and the share of the events for each kind of event fault.
    """
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
        with suppress(httpx.ConnectError), connect(sandbox_url) as sandbox:  # a sandbox that has ended has no faults
            sandbox.delete("/sandbox/faults").raise_for_status()
