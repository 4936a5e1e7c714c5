"""Check the caller's token and Stripe's signature, as ours does."""

from __future__ import annotations

import hashlib
import hmac
import time

import jwt

TOLERANCE_S = 300


class BadToken(Exception):
    """There is no valid bearer token."""


class BadSignature(Exception):
    """The body was not signed with our secret, or too long ago."""


def claims_of(authorization: str | None, secret: str) -> dict[str, str]:
    """The claims of ``Bearer …``; ``BadToken``."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise BadToken("a bearer token is required")
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    except jwt.InvalidTokenError as error:
        raise BadToken(str(error)) from error


def check_signature(body: bytes, header: str | None, secret: str) -> None:
    """Stripe's scheme v1; ``BadSignature``."""
    parts = dict(part.split("=", 1) for part in (header or "").split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_S:
        raise BadSignature("no timestamp, or an old one")
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, parts.get("v1", "")):
        raise BadSignature("another signature")
