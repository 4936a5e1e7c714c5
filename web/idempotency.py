"""The ``Idempotency-Key`` of a request, scoped to who sends it and where."""

from __future__ import annotations

import hashlib

from domain.idempotency.claim import MAXIMUM_KEY, IdempotencyKey
from web.problems import BadRequest

REPLAYED = {"Idempotency-Replayed": "true"}


def required_key(key: str | None, scope: str, body: bytes) -> IdempotencyKey:
    """``BadRequest`` without a key, or with one that is too long or unprintable."""
    if not key:
        raise BadRequest("idempotency_key_required", "Send an Idempotency-Key, new for every payment you mean.")
    if len(key) > MAXIMUM_KEY or not key.isprintable():
        raise BadRequest("idempotency_key_invalid", f"An Idempotency-Key has 1 to {MAXIMUM_KEY} printable characters.")
    return IdempotencyKey(scope, key, hashlib.sha256(body).hexdigest())
