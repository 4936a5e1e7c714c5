"""The ``Idempotency-Key`` of a request, scoped to its account and route."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Request

from domain.platform.idempotency.claim import MAXIMUM_KEY, IdempotencyKey
from web.problems import KEY_HEADER, BadRequest

REPLAYED = {"Idempotency-Replayed": "true"}


async def required_key(request: Request[Any, Any, Any], key: str | None, scope: str) -> IdempotencyKey:
    """Return the key; ``BadRequest`` without one, with more than one, or when it is too long or unprintable."""
    if not key:
        raise BadRequest("idempotency_key_required", "Send an Idempotency-Key, new for every payment you mean.")
    if len(request.headers.getall(KEY_HEADER, [])) > 1 or len(key) > MAXIMUM_KEY or not key.isprintable():
        detail = f"Send one Idempotency-Key, of 1 to {MAXIMUM_KEY} printable characters."
        raise BadRequest("idempotency_key_invalid", detail)
    return IdempotencyKey(scope, key, hashlib.sha256(await request.body()).hexdigest())
