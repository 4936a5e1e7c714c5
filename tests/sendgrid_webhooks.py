"""Sign events as SendGrid does."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

from cli.stack.keys import make_private_key, public_key_of

PRIVATE_KEY = make_private_key()
PUBLIC_KEY = public_key_of(PRIVATE_KEY)
STRANGERS_KEY = make_private_key()


def headers(body: bytes, at: datetime, private: str = PRIVATE_KEY) -> dict[str, str]:
    """Of these bytes, signed at that time."""
    key = load_der_private_key(b64decode(private), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    timestamp = str(int(at.timestamp()))
    signature = b64encode(key.sign(timestamp.encode() + body, ECDSA(SHA256()))).decode()
    return {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }


def event(kind: str, event_id: str, **more: Any) -> dict[str, Any]:
    return {"event": kind, "sg_event_id": event_id, "email": "alice@example.com", "timestamp": 1_795_435_200, **more}


def batch(*events: dict[str, Any]) -> bytes:
    """With the line ends that SendGrid signs, too."""
    return ("[" + ",\r\n".join(json.dumps(one) for one in events) + "]\r\n").encode()
