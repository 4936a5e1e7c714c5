"""Sign webhooks as Stripe does."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any

SECRET = "whsec_test"


def signature(body: bytes, at: datetime, secret: str = SECRET) -> str:
    """The ``Stripe-Signature`` header of these bytes, made at that time."""
    seconds = int(at.timestamp())
    digest = hmac.digest(secret.encode(), b"%d." % seconds + body, "sha256").hex()
    return f"t={seconds},v1={digest}"


def event_body(event_id: str, **more: Any) -> bytes:
    event = {"id": event_id, "type": "payment_intent.succeeded", "created": 1, "data": {"object": {}}, **more}
    return json.dumps(event).encode()
