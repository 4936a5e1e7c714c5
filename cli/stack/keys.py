"""Make the key pair with which the sandbox signs SendGrid's events, in the form of SendGrid's own keys."""

from __future__ import annotations

from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)


def make_private_key() -> str:
    """Return a new private key: DER in base64, on one line."""
    key = generate_private_key(SECP256R1())
    return b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def public_key_of(private: str) -> str:
    """Return the public key of a private one; ``ValueError`` for a text that is no such key."""
    key = load_der_private_key(b64decode(private, validate=True), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("not an elliptic curve's key")
    return b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
