"""Random tokens, and the hashes that the database stores of them."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """Return the prefix, such as ``hwr``, and 256 random bits; secret scanners recognise the prefix."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hashed(secret: str) -> str:
    """Return the SHA-256 of a secret.  256 random bits need neither a salt nor a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
