"""Stripe's objects as its documentation prints them, shortened; the payment is alice's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from domain.payments.ports import CardOrder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CREATED = int(NOW.timestamp())
METADATA = {"payment_id": "pay_1", "booking_id": "bkg_1"}
SECRET = "pi_1_secret_x"


def order(**changes: Any) -> CardOrder:
    values: dict[str, Any] = {
        "provider": "stripe",
        "payment_id": "pay_1",
        "booking_id": "bkg_1",
        "amount_minor": 12_000,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "request_key": "pay_1:1",
        "created_at": NOW,
        "provider_id": None,
        "description": "Booking bkg_1",
    }
    return CardOrder(**{**values, **changes})


def transaction(**changes: Any) -> dict[str, Any]:
    return {"id": "txn_1", "object": "balance_transaction", "fee": 378, "currency": "usd", "net": 11_622, **changes}


def charge(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 12_000,
        "amount_captured": 12_000,
        "captured": True,
        "paid": True,
        "currency": "usd",
        "status": "succeeded",
        "payment_intent": "pi_1",
        "balance_transaction": "txn_1",
        "metadata": METADATA,
        **changes,
    }


def refund(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "status": status,
        "amount": 5_000,
        "currency": "usd",
        "payment_intent": "pi_1",
        "charge": "ch_1",
        "metadata": {**METADATA, "refund_id": "rfd_1"},
        **changes,
    }


def intent(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    values = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": status,
        "amount": 12_000,
        "amount_received": 12_000 if status == "succeeded" else 0,
        "currency": "usd",
        "created": CREATED,
        "client_secret": SECRET,
        "latest_charge": "ch_1" if status == "succeeded" else None,
        "last_payment_error": None,
        "next_action": None,
        "metadata": METADATA,
    }
    return {**values, **changes}


def event(kind: str, what: dict[str, Any], **changes: Any) -> str:
    values = {"id": "evt_1", "object": "event", "type": kind, "created": CREATED, "data": {"object": what}}
    return json.dumps({**values, **changes})


def error(kind: str = "invalid_request_error", **changes: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "message": "No.", **changes}}
