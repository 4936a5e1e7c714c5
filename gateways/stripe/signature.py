"""Check a webhook's ``Stripe-Signature``, without the SDK: the web tier imports this file.

The header is ``t=<seconds>,v1=<hex>[,v1=<hex>…][,v0=…]``; each v1 is HMAC-SHA256 of ``<t>.<raw body>``.
While one secret of an endpoint replaces another, Stripe signs with each of them, so any pair may match.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from gateways.signature import SignatureError, check_age, is_time

MAXIMUM_HEADER = 4096
"""In characters; Stripe's headers have some 150.  Each signature in a header costs a comparison."""
PIECE = 2047


def verify(body: bytes, header: str | None, secrets: Sequence[str], now: datetime, tolerance_s: int) -> None:
    """Raise ``SignatureError`` unless one of ``secrets`` signed these bytes within ``tolerance_s`` of ``now``."""
    if not header:
        raise SignatureError("missing_signature", "There is no Stripe-Signature header.")
    signed_at, signatures = _parse(header)
    if not _any_matches(_expected(body, signed_at, secrets), signatures):
        raise SignatureError("wrong_signature", "No signature in Stripe-Signature is ours for this body.")
    check_age(signed_at, now, tolerance_s)


def _parse(header: str) -> tuple[int, list[str]]:
    """Return the time and the v1 signatures; other schemes are ignored: v0 is a test scheme without strength."""
    if len(header) > MAXIMUM_HEADER:
        raise SignatureError("malformed_signature", "Stripe-Signature is too long.")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and value]
    if len(times) != 1 or not is_time(times[0]):
        raise SignatureError("malformed_signature", "Stripe-Signature needs one t=<seconds>.")
    if not signatures:
        raise SignatureError("malformed_signature", "Stripe-Signature needs a v1=<hex>.")
    return int(times[0]), signatures


def _expected(body: bytes, signed_at: int, secrets: Sequence[str]) -> Iterator[bytes]:
    # An empty secret would be a key that everybody knows.
    return (_digest(secret.encode(), b"%d." % signed_at, body) for secret in secrets if secret.strip())


def _digest(secret: bytes, prefix: bytes, body: bytes) -> bytes:
    """Return the hex digest, computed in pieces of ``PIECE`` bytes.

    For a longer piece hashlib releases the interpreter lock; another thread takes the lock, and a few microseconds of
    arithmetic become a wait.
    """
    mac = _keyed(secret).copy()
    mac.update(prefix)
    for start in range(0, len(body), PIECE):
        mac.update(body[start : start + PIECE])
    return mac.hexdigest().encode()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> hmac.HMAC:
    """Return an HMAC with ``secret`` as its key, cached: there are few secrets, and every event needs one."""
    return hmac.new(secret, digestmod="sha256")


def _any_matches(expected: Iterator[bytes], signatures: Sequence[str]) -> bool:
    given = [signature.encode("utf-8", "replace") for signature in signatures]
    # A list compares every pair, so that the time taken reveals nothing.
    return any([hmac.compare_digest(ours, theirs) for ours in expected for theirs in given])  # noqa: C419
