"""Talking to the sandbox as a merchant's server does, through the SDK, and as anybody may, through HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import stripe

from tests.contract.stripe_types import problems
from tests.sandbox_process import SandboxProcess

EXPAND = ["latest_charge.balance_transaction"]

ACCOUNT: Any = {
    "country": "US",
    "email": "bob@example.com",
    "controller": {
        "stripe_dashboard": {"type": "express"},
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
    },
    "capabilities": {"transfers": {"requested": True}},
    "settings": {"payouts": {"schedule": {"interval": "manual"}}},
    "metadata": {"payout_account_id": "pac_1"},
}
"""Parameters for a connected account of bob's."""


@contextmanager
def sdk(sandbox: SandboxProcess, key: str | None = None) -> Iterator[stripe.StripeClient]:
    stripe.enable_telemetry = False
    http = stripe.RequestsClient(timeout=20)
    try:
        yield stripe.StripeClient(
            key or sandbox.secret_key, base_addresses={"api": sandbox.url}, http_client=http, max_network_retries=0
        )
    finally:
        http.close()


@contextmanager
def raw(sandbox: SandboxProcess, key: str | None = None) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {key or sandbox.secret_key}"}
    with httpx.Client(base_url=sandbox.url, headers=headers, timeout=20, trust_env=False) as client:
        yield client


def order(card: str | None = "pm_card_visa", payment: str = "pay_1", **changes: Any) -> dict[str, Any]:
    """Parameters for an intent of 120.00; with a card it is confirmed at once."""
    params: dict[str, Any] = {
        "amount": 12_000,
        "currency": "usd",
        "allowed_payment_method_types": ["card"],
        "capture_method": "automatic",
        "metadata": {"payment_id": payment},
        "expand": EXPAND,
    }
    if card is not None:
        params |= {"payment_method": card, "confirm": True}
    return params | changes


def form(card: str | None = "pm_card_visa", payment: str = "pay_1", **changes: str) -> dict[str, str]:
    """The same as fields of a form."""
    fields = {
        "amount": "12000",
        "currency": "usd",
        "allowed_payment_method_types[]": "card",
        "capture_method": "automatic",
        "metadata[payment_id]": payment,
    }
    if card is not None:
        fields |= {"payment_method": card, "confirm": "true"}
    return fields | changes


def assert_typed(answer: Any, kind: type) -> None:
    """An object, or each of a list that is not empty, is as the SDK's class says."""
    body = body_of(answer)
    items = body["data"] if body["object"] == "list" else [body]
    assert items, kind
    for item in items:
        assert problems(item, kind, kind.__name__) == []


def body_of(answer: Any) -> Any:
    """The decoded body of an answer of the SDK's, before the SDK made objects of it."""
    return msgspec.json.decode(answer.last_response.body)
