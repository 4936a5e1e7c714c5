"""A Stripe event as long as Stripe's own: what a webhook load sends."""

from __future__ import annotations

from typing import Any

import msgspec

EVENT_ID_LENGTH = 28
_INTENT: dict[str, Any] = msgspec.json.decode(
    """{
"id": "pi_3PfkQw2eZvKYlo2C1a2b3c4d", "object": "payment_intent", "amount": 12500, "amount_capturable": 0,
"amount_details": {"tip": {}}, "amount_received": 12500, "application": null, "application_fee_amount": null,
"automatic_payment_methods": {"allow_redirects": "always", "enabled": true}, "canceled_at": null,
"cancellation_reason": null, "capture_method": "automatic_async",
"client_secret": "pi_3PfkQw2eZvKYlo2C1a2b3c4d_secret_3d2c1b0a", "confirmation_method": "automatic",
"currency": "usd", "customer": null, "description": "Booking", "last_payment_error": null,
"latest_charge": "ch_3PfkQw2eZvKYlo2C1a2b3c4d", "livemode": false,
"metadata": {"payment_id": "pay_0000000000000000000000000", "booking_id": "bkg_0000000000000000000000000"},
"next_action": null, "on_behalf_of": null, "payment_method": "pm_1PfkQw2eZvKYlo2C1a2b3c4d",
"payment_method_options": {"card": {"installments": null, "network": null, "request_three_d_secure": "any"}},
"processing": null, "receipt_email": null, "review": null, "setup_future_usage": null, "shipping": null,
"source": null, "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded",
"transfer_data": null, "transfer_group": null}"""
)


def event_body(event_id: str, created: int) -> str:
    """A ``payment_intent.succeeded`` of that second (since 1970), indented as Stripe indents."""
    event = {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": created,
        "data": {"object": {**_INTENT, "created": created}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_a1b2c3d4e5f6g7", "idempotency_key": "pay_0000000000000000000000000:1"},
        "type": "payment_intent.succeeded",
    }
    # msgspec would escape the mark between the pieces; the id goes in afterwards.
    text = msgspec.json.format(msgspec.json.encode({**event, "id": "EVENT"}), indent=2).decode()
    return text.replace('"EVENT"', f'"{event_id}"', 1)
