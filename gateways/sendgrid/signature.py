"""Check a signed event webhook, without the SDK: the web tier imports this file.

``X-Twilio-Email-Event-Webhook-Signature`` is base64 of an ECDSA (P-256, SHA-256) signature of the timestamp header
followed by the raw body, line ends included.  The SDK's own check ignores the age, so ours replaces it.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gateways.signature import SignatureError, check_age, is_time

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
MAXIMUM_SIGNATURE = 256
"""Characters; a P-256 signature has some 96."""


class UnusableKey(ValueError):
    """Not a public key as SendGrid shows it: base64 of its DER form."""


def verify(
    body: bytes, signature: str | None, timestamp: str | None, keys: Sequence[str], now: datetime, tolerance_s: int
) -> None:
    """Raise ``SignatureError`` unless one of ``keys`` signed exactly these bytes within ``tolerance_s`` of ``now``."""
    if not signature or not timestamp:
        raise SignatureError("missing_signature", f"{SIGNATURE_HEADER} and {TIMESTAMP_HEADER} are both needed.")
    if not is_time(timestamp):
        raise SignatureError("malformed_signature", f"{TIMESTAMP_HEADER} must be seconds since 1970.")
    signed = _decoded(signature)
    message = timestamp.encode() + body
    if not any(_fits(read_key(key), signed, message) for key in keys):
        raise SignatureError("wrong_signature", f"{SIGNATURE_HEADER} is not ours for this body.")
    check_age(int(timestamp), now, tolerance_s)


@lru_cache(maxsize=8)
def read_key(text: str) -> EllipticCurvePublicKey:
    """Return the public key; ``UnusableKey`` unless ``text`` is an elliptic curve's public key in base64."""
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("not a public key in base64") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise UnusableKey("not an elliptic curve's key")
    return key


def _decoded(signature: str) -> bytes:
    if len(signature) > MAXIMUM_SIGNATURE:
        raise SignatureError("malformed_signature", f"{SIGNATURE_HEADER} is too long.")
    try:
        return b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("malformed_signature", f"{SIGNATURE_HEADER} must be base64.") from error


def _fits(key: EllipticCurvePublicKey, signed: bytes, message: bytes) -> bool:
    try:
        key.verify(signed, message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
