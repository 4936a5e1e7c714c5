"""Tokens that are nothing but chance, and what we keep of them."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """``hwr_`` and 256 bits; the prefix lets a scanner of repositories know what it found."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hashed(secret: str) -> str:
    """Unsalted and quick, which is enough for 256 bits of chance."""
    return hashlib.sha256(secret.encode()).hexdigest()
