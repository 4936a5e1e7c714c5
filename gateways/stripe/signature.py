"""Check a webhook's ``Stripe-Signature``, without the SDK: the web tier imports this file.

The header is ``t=<seconds>,v1=<hex>[,v1=<hex>…][,v0=…]``; each v1 is HMAC-SHA256 of ``<t>.<raw body>``.
Stripe signs with each secret that an endpoint has while one replaces the other, so any pair may match.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

Code = Literal[
    "missing_signature", "malformed_signature", "wrong_signature", "signature_too_old", "signature_in_future"
]

MAXIMUM_HEADER = 4096
"""Characters; Stripe's have some 150.  A header full of signatures would cost us a comparison for each."""
MAXIMUM_DIGITS = 12
PIECE = 2047


class SignatureError(Exception):
    """The body is not to be believed; ``code`` is stable."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code


def verify(body: bytes, header: str | None, secrets: Sequence[str], now: datetime, tolerance_s: int) -> None:
    """``SignatureError`` unless one of ``secrets`` signed exactly these bytes within ``tolerance_s`` of ``now``."""
    if not header:
        raise SignatureError("missing_signature", "There is no Stripe-Signature header.")
    signed_at, signatures = _parse(header)
    if not _any_matches(_expected(body, signed_at, secrets), signatures):
        raise SignatureError("wrong_signature", "No signature in Stripe-Signature is ours for this body.")
    # The age comes last: only who knows the secret learns that the time is what is wrong.
    age = now.timestamp() - signed_at
    if age > tolerance_s:
        raise SignatureError("signature_too_old", f"The signature is {age:.0f} s old; {tolerance_s} s are accepted.")
    if age < -tolerance_s:
        raise SignatureError("signature_in_future", f"The signature is from {-age:.0f} s ahead of our clock.")


def _parse(header: str) -> tuple[int, list[str]]:
    """The time and the v1 signatures.  Other schemes are ignored: v0 is a test scheme without strength."""
    if len(header) > MAXIMUM_HEADER:
        raise SignatureError("malformed_signature", "Stripe-Signature is too long.")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and value]
    if len(times) != 1 or not _is_number(times[0]):
        raise SignatureError("malformed_signature", "Stripe-Signature needs one t=<seconds>.")
    if not signatures:
        raise SignatureError("malformed_signature", "Stripe-Signature needs a v1=<hex>.")
    return int(times[0]), signatures


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAXIMUM_DIGITS


def _expected(body: bytes, signed_at: int, secrets: Sequence[str]) -> Iterator[bytes]:
    # An empty secret would be a key that everybody knows.
    return (_digest(secret.encode(), b"%d." % signed_at, body) for secret in secrets if secret.strip())


def _digest(secret: bytes, prefix: bytes, body: bytes) -> bytes:
    """In pieces: for more at once hashlib lets go of the interpreter, which another thread then takes, and a few
    microseconds of arithmetic become a wait for it."""
    mac = _keyed(secret).copy()
    mac.update(prefix)
    for start in range(0, len(body), PIECE):
        mac.update(body[start : start + PIECE])
    return mac.hexdigest().encode()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> hmac.HMAC:
    """With the secret taken in: there are few of them, and each event would do that again."""
    return hmac.new(secret, digestmod="sha256")


def _any_matches(expected: Iterator[bytes], signatures: Sequence[str]) -> bool:
    given = [signature.encode("utf-8", "replace") for signature in signatures]
    return any([hmac.compare_digest(ours, theirs) for ours in expected for theirs in given])  # noqa: C419 - every pair is compared, so that the time taken says nothing
